output "data_key_arn" {
  description = "The key for data at rest."
  value       = aws_kms_key.data.arn
}

output "secrets_key_arn" {
  description = "The key for secrets."
  value       = aws_kms_key.secrets.arn
}

output "secret_arns" {
  description = "ARNs of the secrets, by what they are for."
  value       = { for key, secret in aws_secretsmanager_secret.this : key => secret.arn }
}
