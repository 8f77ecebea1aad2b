package otm

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// fold makes one spelling of many: without case and without what parts the words.
func fold(s string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// typeTable gives the type of a component for each folded name of a type that is known: ours with their older spellings,
// and those that are common in the libraries of OTM's tools.
func typeTable() map[string]model.ComponentType {
	table := map[string]model.ComponentType{}
	for _, group := range types {
		for name := range strings.FieldsSeq(group.names) {
			table[fold(name)] = group.is
		}
	}
	for _, w := range model.ComponentType("").Words() {
		for _, name := range append(w.Old, w.Name) {
			table[fold(name)] = model.ComponentType(w.Name)
		}
	}
	return table
}

// typeKey folds the name of a type, without the prefix of one library.
func typeKey(s string) string {
	return fold(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "cd-"))
}

var types = []struct {
	is    model.ComponentType
	names string
}{
	{"person", "actor end-user human customer administrator"},
	{"external-system", "external-entity third-party saas external-service generic-external other-service"},
	{"web-application", "web-client web-ui web-server web-application-client-side web-application-server-side single-page-application spa frontend cms portal"},
	{"mobile-application", "mobile-client android ios android-device-client ios-device-client mobile-device-client"},
	{"desktop-application", "generic-client browser web-browser desktop rich-client thick-client desktop-client cli"},
	{"api", "web-service rest-api rest-full-web-service restful-web-service soap-web-service graphql graphql-api microservice backend backend-service grpc-service"},
	{"process", "application-server lambda aws-lambda-function aws-lambda azure-functions cloud-functions function container docker-container elastic-container-service ecs-task kubernetes-pod virtual-machine ec2 ec2-instance azure-vm scheduler email-server mail-server code-class"},
	{"datastore", "db sql nosql relational-database mysql mysql-server postgresql postgresql-server postgres sql-server ms-sql-server oracle-database mongodb mongodb-server redis dynamodb aws-dynamodb rds aws-rds amazon-rds aurora cosmosdb azure-cosmos-db cassandra elasticsearch ldap-server directory data-lake data-warehouse redshift"},
	{"file-store", "s3 s3-bucket amazon-s3 simple-storage-service blob-storage azure-blob-storage cloud-storage storage file-server file-system nas efs elastic-file-system artifact-registry container-registry ecr"},
	{"queue", "message-broker broker kafka apache-kafka rabbitmq sqs aws-sqs sns aws-sns simple-queue-service simple-notification-service kinesis event-hub service-bus pub-sub eventbridge"},
	{"gateway", "api-gateway reverse-proxy nginx haproxy alb elb elastic-load-balancer application-load-balancer cloudfront web-application-firewall internet-gateway nat-gateway vpn-gateway bastion ingress"},
	{"identity-provider", "identity-service authentication-service oauth-server keycloak cognito okta active-directory azure-active-directory iam sso"},
	{"secrets-store", "secrets-manager aws-secrets-manager key-vault azure-key-vault kms aws-kms hsm hashicorp-vault parameter-store"},
	{"log-store", "logging log-server cloudwatch aws-cloudwatch cloudtrail splunk azure-monitor"},
	{"build-pipeline", "ci-cd cicd jenkins jenkins-server gitlab-ci github-actions codebuild codepipeline build-server"},
	{"code-repository", "git source-code-repository github gitlab bitbucket svn"},
	{"platform", "kubernetes kubernetes-cluster k8s eks aks gke openshift docker docker-host operating-system"},
	{"device", "iot iot-device embedded-device plc hardware mobile-device"},
	{"network", "vpc subnet public-subnet private-subnet virtual-network vnet vlan vpc-endpoint"},
	{"ai-model", "machine-learning ml-model sagemaker large-language-model ai"},
}

// trustOf gives the trust of a zone whose type or name says who may be inside. A name such as public cloud says who owns
// the machines, and a rating only how much somebody trusts them, so neither says anything here.
func trustOf(words ...string) model.Trust {
	for _, word := range words {
		for _, group := range trusts {
			for name := range strings.FieldsSeq(group.names) {
				if fold(name) == fold(word) {
					return group.is
				}
			}
		}
	}
	return ""
}

var trusts = []struct {
	is    model.Trust
	names string
}{
	{model.Public, "internet public untrusted"},
	{model.Partner, "partner partners third-party supplier extranet"},
	{model.Internal, "internal private private-secured trusted corporate intranet corporate-network internal-network"},
	{model.Isolated, "isolated restricted air-gapped"},
}

// rating gives the number that is written for a trust, in equal steps; for one that is not known, that of the least trusted.
func rating(t model.Trust) int {
	if t.Rank() == 0 {
		return 0
	}
	return 100 - 25*t.Rank()
}

// carried gives, for a tag that is the name of a protocol, how what it carries is kept from being read. Where that is left
// to how it is set up, nothing is said.
func carried(tag string) (e model.Encryption, known bool) {
	switch fold(tag) {
	case "https", "tls", "mtls", "wss", "ssh", "sftp", "scp", "ftps", "ldaps", "mqtts", "amqps", "imaps", "smtps":
		return "standard", true
	case "http", "ws", "ftp", "telnet", "ldap", "tftp":
		return "none", true
	case "grpc", "amqp", "mqtt", "smtp", "imap", "jdbc", "odbc", "sql", "nfs", "smb", "rdp", "kafka", "tcp", "udp", "dns", "xmpp":
		return "", true
	}
	return "", false
}

// aside is a use of a mitigation that was decided against.
const aside model.Progress = "aside"

// progressOf gives how far a mitigation is where it is used.
func progressOf(state string) model.Progress {
	switch fold(state) {
	case "implemented", "done", "completed", "complete", "verified":
		return model.Implemented
	case "inprogress", "partiallyimplemented", "partlyimplemented", "partial", "started":
		return model.InProgress
	case "required", "recommended", "notimplemented", "notstarted", "planned", "open", "todo":
		return model.NotStarted
	case "rejected", "notapplicable", "na", "n/a":
		return aside
	}
	return ""
}

// states are the common words for how far a threat is.
var states = []string{"exposed", "partly-mitigated", "partially-mitigated", "mitigated", "accepted", "hidden", "not-applicable"}

// field is an attribute with the name of a key of the service file, and where it goes: a pointer to a text, or to a word.
type field[T any] struct {
	key string
	of  func(*T) any
}

var componentFields = []field[model.Component]{
	{"technology", func(c *model.Component) any { return &c.Technology }},
	{"version", func(c *model.Component) any { return &c.Version }},
	{"owner", func(c *model.Component) any { return &c.Owner }},
	{"out_of_scope", func(c *model.Component) any { return &c.OutOfScope }},
	{"internet_facing", func(c *model.Component) any { return &c.InternetFacing }},
	{"management", func(c *model.Component) any { return &c.Management }},
	{"for_people", func(c *model.Component) any { return &c.ForPeople }},
	{"multi_tenant", func(c *model.Component) any { return &c.MultiTenant }},
	{"custom", func(c *model.Component) any { return &c.Custom }},
	{"accepts_files", func(c *model.Component) any { return &c.AcceptsFiles }},
	{"logs", func(c *model.Component) any { return &c.Logs }},
	{"redundant", func(c *model.Component) any { return &c.Redundant }},
	{"backed_up", func(c *model.Component) any { return &c.BackedUp }},
	{"encryption", func(c *model.Component) any { return &c.Encryption }},
	{"criticality", func(c *model.Component) any { return &c.Criticality }},
}

var flowFields = []field[model.Flow]{
	{"protocol", func(f *model.Flow) any { return &f.Protocol }},
	{"authentication", func(f *model.Flow) any { return &f.Authentication }},
	{"authorization", func(f *model.Flow) any { return &f.Authorization }},
	{"encryption", func(f *model.Flow) any { return &f.Encryption }},
	{"management", func(f *model.Flow) any { return &f.Management }},
	{"filtered", func(f *model.Flow) any { return &f.Filtered }},
	{"rate_limited", func(f *model.Flow) any { return &f.RateLimited }},
	{"validated", func(f *model.Flow) any { return &f.Validated }},
	{"logged", func(f *model.Flow) any { return &f.Logged }},
}

var dataFields = []field[model.Data]{
	{"owner", func(d *model.Data) any { return &d.Owner }},
	{"personal", func(d *model.Data) any { return &d.Personal }},
	{"credentials", func(d *model.Data) any { return &d.Credentials }},
}

var zoneFields = []field[model.Zone]{{"trust", func(z *model.Zone) any { return &z.Trust }}}

var controlFields = []field[model.Control]{
	{"status", func(c *model.Control) any { return &c.Progress }},
	{"owner", func(c *model.Control) any { return &c.Owner }},
	{"rationale", func(c *model.Control) any { return &c.Rationale }},
}
