package sketch

import (
	"slices"
	"strings"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// Image is what the name of a container image says.
type Image struct {
	Name       string              // the last part of it, in small letters; empty where a variable stands in its place
	Version    string              // as the tag starts, where that is a number
	Type       model.ComponentType // where the image is known
	Technology string              // where the image is known
	Own        model.Attribute     // no where its maker is known and it is used as it comes
	Management model.Attribute     // yes where it is known to manage others
}

// ParseImage reads the name of an image, such as docker.io/library/postgres:16-alpine.
func ParseImage(ref string) Image {
	ref, _, _ = strings.Cut(variable.ReplaceAllString(strings.TrimSpace(ref), "$"), "@")
	path, tag := ref, ""
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		path, tag = ref[:i], ref[i+1:]
	}
	if strings.ContainsAny(path, "$<{ ") {
		return Image{}
	}
	parts := strings.Split(strings.ToLower(path), "/")
	img := Image{Name: Clean(parts[len(parts)-1]), Version: version(tag)}
	known, ok := images[img.Name]
	if !ok {
		return img
	}
	img.Type, img.Technology, img.Management = known.of, known.technology, known.management
	if !known.carrier && made(parts[:len(parts)-1]) {
		img.Own = model.No
	}
	return img
}

// version gives the number that a tag starts with.
func version(tag string) string {
	tag = strings.TrimPrefix(tag, "v")
	end := strings.IndexFunc(tag, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		end = len(tag)
	}
	return strings.Trim(tag[:min(end, 40)], ".")
}

// made says whether an image is at a place where its maker, or somebody who is known for packing it, puts it.
func made(place []string) bool {
	if len(place) > 0 && strings.ContainsAny(place[0], ".:") {
		if !slices.Contains([]string{"docker.io", "quay.io", "registry.k8s.io", "mcr.microsoft.com", "docker.elastic.co", "public.ecr.aws"}, place[0]) {
			return false
		}
		place = place[1:]
	}
	makers := []string{"", "library", "bitnami", "hashicorp", "minio", "keycloak", "elasticsearch", "confluentinc", "grafana", "prom", "prometheus", "apache", "mssql", "envoyproxy", "nats-io", "docker", "ory", "oryd", "valkey", "opensearchproject", "timescale", "clickhouse", "portainer"}
	return slices.Contains(makers, strings.Join(place, "/"))
}

// product is what an image is known to be.
type product struct {
	of         model.ComponentType
	technology string
	carrier    bool // what matters of it is what the team puts into it
	management model.Attribute
}

// images is what well-known images are, by the last part of their names. It is never changed.
var images = wellKnown()

func wellKnown() map[string]product {
	all := map[string]product{}
	add := func(of model.ComponentType, pairs ...string) {
		for i := 0; i+1 < len(pairs); i += 2 {
			for name := range strings.FieldsSeq(pairs[i]) {
				all[name] = product{of: of, technology: pairs[i+1]}
			}
		}
	}
	add("datastore", "postgres postgresql", "PostgreSQL", "postgis", "PostGIS", "timescaledb", "TimescaleDB", "mysql mysql-server", "MySQL", "mariadb mariadb-galera", "MariaDB",
		"percona", "Percona", "mongo mongodb", "MongoDB", "redis redis-stack redis-cluster", "Redis", "valkey", "Valkey", "memcached", "Memcached", "elasticsearch", "Elasticsearch", "opensearch", "OpenSearch",
		"cassandra", "Cassandra", "couchdb", "CouchDB", "cockroach", "CockroachDB", "influxdb", "InfluxDB", "neo4j", "Neo4j", "clickhouse clickhouse-server", "ClickHouse",
		"solr", "Solr", "etcd", "etcd", "dynamodb-local", "DynamoDB Local")
	add("queue", "rabbitmq", "RabbitMQ", "kafka cp-kafka", "Kafka", "nats", "NATS", "activemq activemq-classic", "ActiveMQ", "eclipse-mosquitto", "Mosquitto", "redpanda", "Redpanda", "pulsar", "Pulsar")
	add("gateway", "traefik", "Traefik", "haproxy", "HAProxy", "envoy", "Envoy", "caddy", "Caddy", "kong", "Kong", "varnish", "Varnish", "squid", "Squid", "oauth2-proxy", "OAuth2 Proxy", "apisix", "APISIX", "nginx nginx-unprivileged", "nginx")
	add("identity-provider", "keycloak", "Keycloak", "dex", "Dex", "hydra", "Hydra", "openldap", "OpenLDAP", "authelia", "Authelia", "zitadel", "Zitadel")
	add("secrets-store", "vault", "Vault", "openbao", "OpenBao", "infisical", "Infisical")
	add("log-store", "logstash", "Logstash", "fluentd", "Fluentd", "fluent-bit", "Fluent Bit", "loki", "Loki", "prometheus", "Prometheus", "grafana", "Grafana", "kibana", "Kibana", "graylog", "Graylog", "opentelemetry-collector opentelemetry-collector-contrib", "OpenTelemetry Collector", "alertmanager", "Alertmanager", "jaeger", "Jaeger")
	add("file-store", "minio", "MinIO", "azurite", "Azurite", "sftp", "SFTP", "seaweedfs", "SeaweedFS")
	add("build-pipeline", "jenkins", "Jenkins", "gitlab-runner", "GitLab Runner", "drone", "Drone", "sonarqube", "SonarQube")
	add("code-repository", "gitea", "Gitea", "gitlab-ce gitlab-ee", "GitLab")
	add("ai-model", "ollama", "Ollama", "vllm-openai", "vLLM")
	add("process", "zookeeper cp-zookeeper", "ZooKeeper", "mailhog", "MailHog", "mailpit", "Mailpit", "postfix", "Postfix", "celery", "Celery")
	add("web-application", "httpd", "Apache HTTP Server", "tomcat", "Tomcat", "wordpress", "WordPress", "drupal", "Drupal", "nextcloud", "Nextcloud")
	add("", "node", "Node.js", "python", "Python", "golang", "Go", "php", "PHP", "ruby", "Ruby", "openjdk eclipse-temurin amazoncorretto", "Java", "rust", "Rust", "dotnet aspnet", ".NET")
	add("web-application", "adminer", "Adminer", "pgadmin4", "pgAdmin", "phpmyadmin", "phpMyAdmin", "mongo-express", "mongo-express", "portainer portainer-ce portainer-ee", "Portainer")
	for _, name := range []string{"adminer", "pgadmin4", "phpmyadmin", "mongo-express", "portainer", "portainer-ce", "portainer-ee"} {
		p := all[name]
		p.management = model.Yes
		all[name] = p
	}
	for name, p := range all {
		p.carrier = p.of == "" || slices.Contains([]string{"nginx", "nginx-unprivileged", "httpd", "tomcat", "caddy", "wordpress", "drupal", "celery"}, name)
		all[name] = p
	}
	return all
}

// products gives the technology that a word stands for. It is never changed.
var products = func() map[string]string {
	words := map[string]string{}
	for image, p := range images {
		words[image], words[strings.ToLower(p.technology)] = p.technology, p.technology
	}
	return words
}()

// Product gives the well-known product that a text names, such as PostgreSQL for "Postgres 16 on RDS"; "" where it names
// none, or several.
func Product(text string) string {
	found := ""
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ,;/()", r) }) {
		switch name := products[strings.Trim(word, ".:0123456789")]; {
		case name == "" || name == found:
		case found != "":
			return ""
		default:
			found = name
		}
	}
	return found
}
