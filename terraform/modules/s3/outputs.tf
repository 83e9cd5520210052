output "lake_bucket" {
  description = "The bucket of the lake."
  value       = aws_s3_bucket.lake.id
}

output "lake_arn" {
  description = "Its ARN."
  value       = aws_s3_bucket.lake.arn
}

output "logs_bucket" {
  description = "The bucket of the access logs."
  value       = aws_s3_bucket_policy.logs.bucket
}

output "settings" {
  description = "The settings that the lake has: names of src/config.ts and their values."
  value = {
    GAVEL_LAKE_URL               = "s3://${aws_s3_bucket.lake.id}"
    GAVEL_S3_ENCRYPTION          = "aws:kms"
    GAVEL_S3_KMS_KEY             = var.kms_key_arn
    GAVEL_S3_REGION              = aws_s3_bucket.lake.region
    GAVEL_BRONZE_COLD_AFTER_DAYS = tostring(var.cold_after_days)
    GAVEL_BRONZE_COLD_CLASS      = var.cold_class
    GAVEL_BRONZE_INGRESS_DAYS    = tostring(var.ingress_days)
  }
}
