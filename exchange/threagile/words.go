package threagile

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// pair is a word of Threagile's and what it is here. Where several words of Threagile's are one here, the first is written.
type pair[T comparable] struct {
	theirs string
	ours   T
}

// ours gives what a word of Threagile's is here. Case, and spaces around it, do not matter.
func ours[T comparable](pairs []pair[T], word string) (T, bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	for _, p := range pairs {
		if p.theirs == word {
			return p.ours, true
		}
	}
	var none T
	return none, false
}

// theirs gives Threagile's word for one of ours.
func theirs[T comparable](pairs []pair[T], word T) (string, bool) {
	for _, p := range pairs {
		if p.ours == word {
			return p.theirs, true
		}
	}
	return "", false
}

// confidentialities and importances have five steps, as a valuation has.
var confidentialities = []pair[model.Level]{{"public", 1}, {"internal", 2}, {"restricted", 3}, {"confidential", 4}, {"strictly-confidential", 5}}

var importances = []pair[model.Level]{{"archive", 1}, {"operational", 2}, {"important", 3}, {"critical", 4}, {"mission-critical", 5}}

// criticalities has one step fewer here: what is archived matters as little as what is merely in use.
var criticalities = []pair[model.Criticality]{
	{"operational", "low"}, {"archive", "low"}, {"important", "medium"}, {"critical", "high"}, {"mission-critical", "critical"},
}

var encryptions = []pair[model.Encryption]{
	{"none", "none"},
	{"transparent", "standard"},
	{"data-with-symmetric-shared-key", "standard"},
	{"data-with-asymmetric-shared-key", "standard"},
	{"data-with-end-user-individual-key", "end-to-end"},
	{"data-with-enduser-individual-key", "end-to-end"},
}

var authentications = []pair[model.SignIn]{
	{"none", "none"},
	{"credentials", "password"},
	{"session-id", "session"},
	{"token", "token"},
	{"client-certificate", "certificate"},
	{"two-factor", "multi-factor"},
	{"externalized", "elsewhere"},
}

// authorizations: whose rights are used is more than a sign-in can say, so only "none" has a word here.
var authorizations = []pair[model.SignIn]{
	{"none", "none"},
	{"technical-user", ""},
	{"end-user-identity-propagation", ""},
	{"enduser-identity-propagation", ""},
}

var usages = []pair[model.Attribute]{{"devops", model.Yes}, {"business", model.No}}

// protocols are Threagile's, and how what they carry is kept from being read. Where there is a word for the protocol with
// encryption, the plain word means without it. Where encryption is left to how it is set up (mqtt, jms, nfs, nrpe, xmpp),
// or nothing goes over a network, nothing is said.
var protocols = []pair[model.Encryption]{
	{"unknown-protocol", ""},
	{"http", "none"},
	{"https", "standard"},
	{"ws", "none"},
	{"wss", "standard"},
	{"reverse-proxy-web-protocol", "none"},
	{"reverse-proxy-web-protocol-encrypted", "standard"},
	{"mqtt", ""},
	{"jdbc", "none"},
	{"jdbc-encrypted", "standard"},
	{"odbc", "none"},
	{"odbc-encrypted", "standard"},
	{"sql-access-protocol", "none"},
	{"sql-access-protocol-encrypted", "standard"},
	{"nosql-access-protocol", "none"},
	{"nosql-access-protocol-encrypted", "standard"},
	{"binary", "none"},
	{"binary-encrypted", "standard"},
	{"text", "none"},
	{"text-encrypted", "standard"},
	{"ssh", "standard"},
	{"ssh-tunnel", "standard"},
	{"smtp", "none"},
	{"smtp-encrypted", "standard"},
	{"pop3", "none"},
	{"pop3-encrypted", "standard"},
	{"imap", "none"},
	{"imap-encrypted", "standard"},
	{"ftp", "none"},
	{"ftps", "standard"},
	{"sftp", "standard"},
	{"scp", "standard"},
	{"ldap", "none"},
	{"ldaps", "standard"},
	{"jms", ""},
	{"nfs", ""},
	{"smb", "none"},
	{"smb-encrypted", "standard"},
	{"local-file-access", ""},
	{"nrpe", ""},
	{"xmpp", ""},
	{"iiop", "none"},
	{"iiop-encrypted", "standard"},
	{"jrmp", "none"},
	{"jrmp-encrypted", "standard"},
	{"in-process-library-call", ""},
	{"inter-process-communication", ""},
	{"container-spawning", ""},
}

// kinds are Threagile's types of technical asset, and what each is where its technology says no more.
var kinds = []pair[model.ComponentType]{{"process", "process"}, {"datastore", "datastore"}, {"external-entity", "external-system"}}

// technologies are Threagile's, of the first versions and of later ones with their other names, and what each is here.
// Where nothing is said (such as tool or library), the type of the asset decides.
var technologies = []pair[model.ComponentType]{
	{"web-application", "web-application"},
	{"web-app", "web-application"},
	{"web-server", "web-application"},
	{"cms", "web-application"},
	{"content-management-system", "web-application"},
	{"report-engine", "web-application"},
	{"reporting", "web-application"},
	{"erp", "web-application"},
	{"enterprise-resource-planning", "web-application"},
	{"hmi", "web-application"},
	{"human-machine-interface", "web-application"},
	{"mobile-app", "mobile-application"},
	{"desktop", "desktop-application"},
	{"desktop-system", "desktop-application"},
	{"browser", "desktop-application"},
	{"web-browser", "desktop-application"},
	{"client-system", "desktop-application"},
	{"client", "desktop-application"},
	{"devops-client", "desktop-application"},
	{"cli", "desktop-application"},
	{"command-line", "desktop-application"},
	{"command-line-tool", "desktop-application"},
	{"command-line-interface", "desktop-application"},
	{"web-service-rest", "api"},
	{"rest-api", "api"},
	{"web-service-soap", "api"},
	{"soap-api", "api"},
	{"application-server", "process"},
	{"app-server", "process"},
	{"ejb", "process"},
	{"enterprise-java-beans", "process"},
	{"search-engine", "process"},
	{"batch-processing", "process"},
	{"scheduler", "process"},
	{"cron", "process"},
	{"event-listener", "process"},
	{"mail-server", "process"},
	{"email-server", "process"},
	{"service-registry", "process"},
	{"service-discovery", "process"},
	{"ids", "process"},
	{"intrusion-detection-system", "process"},
	{"code-inspection-platform", "process"},
	{"code-inspection", "process"},
	{"code-analysis", "process"},
	{"scada", "process"},
	{"database", "datastore"},
	{"db", "datastore"},
	{"search-index", "datastore"},
	{"data-lake", "datastore"},
	{"big-data-platform", "datastore"},
	{"big-data", "datastore"},
	{"identity-store-database", "datastore"},
	{"identity-store", "datastore"},
	{"identity-store-ldap", "datastore"},
	{"ldap-server", "datastore"},
	{"ldap", "datastore"},
	{"operational-historian", "datastore"},
	{"historian", "datastore"},
	{"file-server", "file-store"},
	{"file-storage", "file-store"},
	{"local-file-system", "file-store"},
	{"local-storage", "file-store"},
	{"block-storage", "file-store"},
	{"san", "file-store"},
	{"artifact-registry", "file-store"},
	{"message-queue", "queue"},
	{"mq", "queue"},
	{"stream-processing", "queue"},
	{"gateway", "gateway"},
	{"jump-host", "gateway"},
	{"jump-server", "gateway"},
	{"jump-box", "gateway"},
	{"reverse-proxy", "gateway"},
	{"load-balancer", "gateway"},
	{"lb", "gateway"},
	{"waf", "gateway"},
	{"web-application-firewall", "gateway"},
	{"ips", "gateway"},
	{"intrusion-prevention-system", "gateway"},
	{"service-mesh", "gateway"},
	{"identity-provider", "identity-provider"},
	{"idp", "identity-provider"},
	{"vault", "secrets-store"},
	{"hashicorp-vault", "secrets-store"},
	{"hsm", "secrets-store"},
	{"hardware-security-module", "secrets-store"},
	{"monitoring", "log-store"},
	{"siem", "log-store"},
	{"build-pipeline", "build-pipeline"},
	{"ci", "build-pipeline"},
	{"continuous-integration", "build-pipeline"},
	{"sourcecode-repository", "code-repository"},
	{"git", "code-repository"},
	{"container-platform", "platform"},
	{"container", "platform"},
	{"docker", "platform"},
	{"kubernetes", "platform"},
	{"mainframe", "platform"},
	{"iot-device", "device"},
	{"iot", "device"},
	{"plc", "device"},
	{"programmable-logic-controller", "device"},
	{"industrial-control-actor", "device"},
	{"industrial-control-sensor", "device"},
	{"ai", "ai-model"},
	{"artificial-intelligence", "ai-model"},
	{"machine-learning", "ai-model"},
	{"deep-learning", "ai-model"},
	{"neural-network", "ai-model"},
	{"ml", "ai-model"},
	{"dl", "ai-model"},
	{"unknown-technology", ""},
	{"unknown", ""},
	{"tool", ""},
	{"utility", ""},
	{"task", ""},
	{"job", ""},
	{"function", ""},
	{"library", ""},
}

// typeOf gives the type of a component. The first technology that says something decides, and otherwise the type of the
// asset; where that is an entity outside which people use, it stands for the people.
func typeOf(kind string, words []string, forPeople bool) (model.ComponentType, bool) {
	for _, word := range words {
		if t, _ := ours(technologies, word); t != "" {
			return t, true
		}
	}
	t, known := ours(kinds, kind)
	switch {
	case t == "external-system" && forPeople:
		return "person", true
	case !known:
		return "process", false
	}
	return t, true
}

// kindOf gives Threagile's type of asset for a type of component.
func kindOf(t model.ComponentType) string {
	switch t {
	case "person", "external-system", "device":
		return "external-entity"
	case "datastore", "file-store", "queue", "log-store", "code-repository", "secrets-store":
		return "datastore"
	}
	return "process"
}

// statuses are Threagile's words for how far a risk is that it found, in their order.
var statuses = []string{"unchecked", "in-discussion", "accepted", "in-progress", "mitigated", "false-positive"}

var strides = []pair[model.Stride]{
	{"spoofing", "spoofing"},
	{"tampering", "tampering"},
	{"repudiation", "repudiation"},
	{"information-disclosure", "information-disclosure"},
	{"denial-of-service", "denial-of-service"},
	{"elevation-of-privilege", "elevation-of-privilege"},
}
