package terraform

import (
	"strings"

	"github.com/bulkhead-assurance/bulkhead/model"
)

// kind is what a type of resource is, and which of its attributes say what of it.
type kind struct {
	of         model.ComponentType
	technology string
	encrypted  string // yes: data at rest is encrypted; no: it is not
	keyed      string // encrypted where it names a key, and not known otherwise
	public     string // yes: it faces the internet; no: it does not
	private    string // the other way round
	closed     string // no: it does not face the internet; yes: not known
	spare      string // yes: it goes on when one of it fails; no: it does not
	copies     string // yes, or a number above 0: it can be brought back
	instances  string // how many there are
	words      map[string]model.Attribute
	said       string // the attribute whose words, above, say whether it faces the internet
}

func (k kind) encryption(o *resource) model.Encryption {
	switch {
	case k.encrypted != "" && o.is(k.encrypted) == model.Yes, k.keyed != "" && o.said(k.keyed) != "":
		return "standard"
	case k.encrypted != "" && o.is(k.encrypted) == model.No:
		return "none"
	}
	return ""
}

func (k kind) facing(o *resource) model.Attribute {
	switch {
	case k.public != "":
		return o.is(k.public)
	case k.private != "" && o.is(k.private) == model.Yes, k.closed != "" && o.is(k.closed) == model.No:
		return model.No
	case k.private != "" && o.is(k.private) == model.No:
		return model.Yes
	case k.said != "":
		return k.words[strings.ToUpper(o.said(k.said))]
	}
	return ""
}

func (k kind) redundant(o *resource) model.Attribute {
	switch word := strings.ToUpper(o.said(k.spare)); word {
	case "TRUE", "REGIONAL", "ZONEREDUNDANT", "SAMEZONE", "STANDARD_HA":
		return model.Yes
	case "FALSE", "ZONAL":
		return model.No
	}
	if n, ok := o.count(k.instances); ok && n > 1 && k.instances != "" {
		return model.Yes
	}
	return ""
}

func (k kind) backedUp(o *resource) model.Attribute {
	if n, ok := o.count(k.copies); ok && n > 0 || o.is(k.copies) == model.Yes {
		return model.Yes
	}
	return ""
}

// types lists the types that become components.
func types() map[string]kind {
	scheme := map[string]model.Attribute{"EXTERNAL": model.Yes, "EXTERNAL_MANAGED": model.Yes, "INTERNAL": model.No, "INTERNAL_MANAGED": model.No}
	run := map[string]model.Attribute{"INGRESS_TRAFFIC_ALL": model.Yes, "INGRESS_TRAFFIC_INTERNAL_ONLY": model.No}
	azure := "public_network_access_enabled"
	return map[string]kind{
		"aws_db_instance":                   {of: "datastore", encrypted: "storage_encrypted", public: "publicly_accessible", spare: "multi_az", copies: "backup_retention_period"},
		"aws_rds_cluster":                   {of: "datastore", encrypted: "storage_encrypted", copies: "backup_retention_period"},
		"aws_docdb_cluster":                 {of: "datastore", technology: "DocumentDB", encrypted: "storage_encrypted", copies: "backup_retention_period"},
		"aws_neptune_cluster":               {of: "datastore", technology: "Neptune", encrypted: "storage_encrypted", copies: "backup_retention_period"},
		"aws_dynamodb_table":                {of: "datastore", technology: "DynamoDB", keyed: "server_side_encryption.kms_key_arn", copies: "point_in_time_recovery.enabled"},
		"aws_elasticache_replication_group": {of: "datastore", encrypted: "at_rest_encryption_enabled", spare: "automatic_failover_enabled", copies: "snapshot_retention_limit"},
		"aws_elasticache_cluster":           {of: "datastore", copies: "snapshot_retention_limit"},
		"aws_opensearch_domain":             {of: "datastore", technology: "OpenSearch", encrypted: "encrypt_at_rest.enabled"},
		"aws_elasticsearch_domain":          {of: "datastore", technology: "Elasticsearch", encrypted: "encrypt_at_rest.enabled"},
		"aws_redshift_cluster":              {of: "datastore", technology: "Redshift", encrypted: "encrypted", public: "publicly_accessible", spare: "multi_az"},
		"aws_s3_bucket":                     {of: "file-store", technology: "S3"},
		"aws_efs_file_system":               {of: "file-store", technology: "EFS", encrypted: "encrypted"},
		"aws_sqs_queue":                     {of: "queue", technology: "SQS", keyed: "kms_master_key_id"},
		"aws_sns_topic":                     {of: "queue", technology: "SNS", keyed: "kms_master_key_id"},
		"aws_kinesis_stream":                {of: "queue", technology: "Kinesis", keyed: "kms_key_id"},
		"aws_mq_broker":                     {of: "queue", public: "publicly_accessible"},
		"aws_msk_cluster":                   {of: "queue", technology: "Kafka", keyed: "encryption_info.encryption_at_rest_kms_key_arn"},
		"aws_lb":                            {of: "gateway", private: "internal"},
		"aws_alb":                           {of: "gateway", private: "internal"},
		"aws_elb":                           {of: "gateway", private: "internal"},
		"aws_api_gateway_rest_api":          {of: "gateway", technology: "API Gateway"},
		"aws_apigatewayv2_api":              {of: "gateway", technology: "API Gateway"},
		"aws_cloudfront_distribution":       {of: "gateway", technology: "CloudFront", public: "enabled"},
		"aws_instance":                      {of: "process", technology: "EC2", encrypted: "root_block_device.encrypted"},
		"aws_lambda_function":               {of: "process", technology: "Lambda"},
		"aws_ecs_service":                   {of: "process", technology: "ECS", instances: "desired_count"},
		"aws_eks_cluster":                   {of: "platform", technology: "EKS"},
		"aws_cognito_user_pool":             {of: "identity-provider", technology: "Cognito"},
		"aws_codebuild_project":             {of: "build-pipeline", technology: "CodeBuild"},
		"aws_codepipeline":                  {of: "build-pipeline", technology: "CodePipeline"},
		"aws_codecommit_repository":         {of: "code-repository", technology: "CodeCommit"},
		"aws_cloudtrail":                    {of: "log-store", technology: "CloudTrail", keyed: "kms_key_id"},

		"azurerm_postgresql_flexible_server": {of: "datastore", technology: "PostgreSQL", closed: azure, spare: "high_availability.mode", copies: "backup_retention_days"},
		"azurerm_postgresql_server":          {of: "datastore", technology: "PostgreSQL", closed: azure, copies: "backup_retention_days"},
		"azurerm_mysql_flexible_server":      {of: "datastore", technology: "MySQL", closed: azure, spare: "high_availability.mode", copies: "backup_retention_days"},
		"azurerm_mssql_server":               {of: "datastore", technology: "SQL Server", closed: azure},
		"azurerm_cosmosdb_account":           {of: "datastore", technology: "Cosmos DB", closed: azure},
		"azurerm_redis_cache":                {of: "datastore", technology: "Redis", closed: azure},
		"azurerm_storage_account":            {of: "file-store", technology: "Azure Storage", closed: azure},
		"azurerm_linux_web_app":              {of: "web-application", technology: "App Service", closed: azure},
		"azurerm_windows_web_app":            {of: "web-application", technology: "App Service", closed: azure},
		"azurerm_app_service":                {of: "web-application", technology: "App Service"},
		"azurerm_linux_function_app":         {of: "process", technology: "Azure Functions", closed: azure},
		"azurerm_windows_function_app":       {of: "process", technology: "Azure Functions", closed: azure},
		"azurerm_container_app":              {of: "process", technology: "Container Apps"},
		"azurerm_linux_virtual_machine":      {of: "process", technology: "Virtual machine"},
		"azurerm_windows_virtual_machine":    {of: "process", technology: "Virtual machine"},
		"azurerm_kubernetes_cluster":         {of: "platform", technology: "AKS"},
		"azurerm_application_gateway":        {of: "gateway", technology: "Application Gateway"},
		"azurerm_cdn_frontdoor_profile":      {of: "gateway", technology: "Front Door"},
		"azurerm_lb":                         {of: "gateway"},
		"azurerm_key_vault":                  {of: "secrets-store", technology: "Key Vault", closed: azure},
		"azurerm_servicebus_namespace":       {of: "queue", technology: "Service Bus", closed: azure},
		"azurerm_eventhub_namespace":         {of: "queue", technology: "Event Hubs", closed: azure},
		"azurerm_log_analytics_workspace":    {of: "log-store", technology: "Log Analytics"},

		"google_sql_database_instance":          {of: "datastore", technology: "Cloud SQL", closed: "settings.ip_configuration.ipv4_enabled", spare: "settings.availability_type", copies: "settings.backup_configuration.enabled"},
		"google_spanner_instance":               {of: "datastore", technology: "Spanner"},
		"google_firestore_database":             {of: "datastore", technology: "Firestore"},
		"google_bigquery_dataset":               {of: "datastore", technology: "BigQuery"},
		"google_redis_instance":                 {of: "datastore", technology: "Redis", spare: "tier"},
		"google_storage_bucket":                 {of: "file-store", technology: "Cloud Storage"},
		"google_pubsub_topic":                   {of: "queue", technology: "Pub/Sub"},
		"google_cloud_run_service":              {of: "process", technology: "Cloud Run"},
		"google_cloud_run_v2_service":           {of: "process", technology: "Cloud Run", said: "ingress", words: run},
		"google_cloudfunctions_function":        {of: "process", technology: "Cloud Functions"},
		"google_cloudfunctions2_function":       {of: "process", technology: "Cloud Functions"},
		"google_compute_instance":               {of: "process", technology: "Compute Engine"},
		"google_container_cluster":              {of: "platform", technology: "GKE"},
		"google_compute_global_forwarding_rule": {of: "gateway", said: "load_balancing_scheme", words: scheme},
		"google_compute_forwarding_rule":        {of: "gateway", said: "load_balancing_scheme", words: scheme},
	}
}
