# The lake: one bucket, as the house wants it (GAVEL_LAKE_URL). Objects keep versions, and object lock is on: the house locks
# each file of Bronze as it writes it (GAVEL_S3_LOCK_MODE, GAVEL_BRONZE_LOCK_DAYS). Gold and landing files are not locked, so the
# bucket has no retention for all. A second bucket takes the access logs.

locals {
  bucket = "${var.name}-lake-${var.account_id}"
  logs   = "${var.name}-logs-${var.account_id}"
}

resource "aws_s3_bucket" "lake" {
  # checkov:skip=CKV2_AWS_62:Nothing listens to events of the bucket; the house reads its manifests
  # checkov:skip=CKV_AWS_144:The lake is read in one region; a copy in another is a choice of whoever pays for it
  bucket              = local.bucket
  object_lock_enabled = true
  force_destroy       = var.force_destroy
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_logging" "lake" {
  bucket        = aws_s3_bucket.lake.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "lake/"
}

# These are the rules that `gavel lake` sets, under the same names, so that either may be run.
resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    id     = "gavel-uploads"
    status = "Enabled"

    filter {
      prefix = ""
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "gavel-cold"
    status = "Enabled"

    filter {
      prefix = "bronze/events"
    }

    transition {
      days          = var.cold_after_days
      storage_class = var.cold_class
    }
  }

  rule {
    id     = "gavel-expiry"
    status = "Enabled"

    filter {
      prefix = "bronze/ingress"
    }

    expiration {
      days = var.ingress_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  rule {
    id     = "gavel-pruned"
    status = "Enabled"

    filter {
      prefix = "gold/"
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.lake]
}

resource "aws_s3_bucket_policy" "lake" {
  bucket = aws_s3_bucket.lake.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [local.tls_only["lake"]]
  })

  depends_on = [aws_s3_bucket_public_access_block.lake]
}

locals {
  tls_only = {
    for key, bucket in { lake = aws_s3_bucket.lake, logs = aws_s3_bucket.logs } : key => {
      Sid                     = "TlsOnly"
      Effect                  = "Deny"
      Principal               = "*"
      Action                  = "s3:*"
      Resource                = [bucket.arn, "${bucket.arn}/*"]
      Condition = {
        Bool = { "aws:SecureTransport" = "false" }
      }
    }
  }
}

resource "aws_s3_bucket" "logs" {
  # checkov:skip=CKV2_AWS_62:Nothing listens to events of the bucket
  # checkov:skip=CKV_AWS_144:Access logs need no copy in another region
  # checkov:skip=CKV_AWS_145:Services that write access logs take no key of ours
  bucket        = local.logs
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

# Services that write access logs know no key of ours: S3's own (AES256) is all that they take.
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    id     = "expiry"
    status = "Enabled"

    filter {
      prefix = ""
    }

    expiration {
      days = var.log_days
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.logs]
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      local.tls_only["logs"],
      {
        Sid       = "AccessLogs"
        Effect    = "Allow"
        Principal = { Service = ["logging.s3.amazonaws.com", "logdelivery.elasticloadbalancing.amazonaws.com"] }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.logs.arn}/*"
        Condition = {
          StringEquals = { "aws:SourceAccount" = var.account_id }
        }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.logs]
}
