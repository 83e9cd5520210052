output "cluster" {
  description = "The cluster and how many brokers it has, for alarms."
  value = {
    cluster = aws_msk_cluster.this.cluster_name
    brokers = var.broker_count
  }
}

output "settings" {
  description = "The settings that the brokers have: names of src/config.ts and their values. MSK's certificates are of an authority that Node trusts."
  value = {
    GAVEL_KAFKA_BROKERS        = aws_msk_cluster.this.bootstrap_brokers_sasl_scram
    GAVEL_KAFKA_REPLICAS       = "3"
    GAVEL_KAFKA_TLS            = "on"
    GAVEL_KAFKA_SASL_MECHANISM = "scram-sha-512"
  }
}
