output "address" {
  description = "The host of the primary."
  value       = aws_db_instance.primary.address
}

output "replica_address" {
  description = "The host of the replica; null without one."
  value       = one(aws_db_instance.replica[*].address)
}

output "identifiers" {
  description = "The instances, for alarms."
  value       = concat([aws_db_instance.primary.identifier], aws_db_instance.replica[*].identifier)
}

output "superuser_secret_arn" {
  description = "Where RDS keeps the superuser's password."
  value       = aws_db_instance.primary.master_user_secret[0].secret_arn
}

output "url_form" {
  description = "The form of GAVEL_POSTGRES_URL; the operator puts in the password of the house's role."
  value       = "postgres://gavel:PASSWORD@${aws_db_instance.primary.address}:5432/gavel?sslmode=verify-full&sslrootcert=/var/lib/gavel/rds-ca.pem"
}
