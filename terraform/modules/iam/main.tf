# A role for each process of the house, with what that process does and no more. A process that writes to the lake may write its
# own prefixes; nobody may delete versions or lift a lock.

locals {
  # The prefixes of the lake that each process reads and writes. Processes that are not here have nothing to do with it. `lake`
  # sets the bucket's rules and sees no object; `machine` is all of them on one machine.
  prefixes = {
    archiver  = ["bronze/"]
    scheduler = ["bronze/", "gold/", "landing/", "landing-done/"]
    lake      = []
    machine   = ["bronze/", "gold/", "landing/", "landing-done/"]
  }
  in_lake   = toset([for process in var.processes : process if contains(keys(local.prefixes), process)])
  sets_rule = ["lake", "machine"]
}

resource "aws_iam_role" "process" {
  for_each = var.processes

  name        = "${var.name}-${each.key}"
  description = "What `gavel ${each.key}` may do"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    # EC2 does not say on whose behalf it asks, so there the condition would let nobody in.
    Statement = [{ for key, value in {
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = var.service }
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    } : key => value if key != "Condition" || var.service == "ecs-tasks.amazonaws.com" }]
  })
}

resource "aws_iam_role_policy" "lake" {
  for_each = local.in_lake

  name = "lake"
  role = aws_iam_role.process[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid      = "Bucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketObjectLockConfiguration"]
        Resource = var.lake_arn
      }],
      !contains(local.sets_rule, each.key) ? [] : [{
        Sid      = "Rules"
        Effect   = "Allow"
        Action   = ["s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration"]
        Resource = var.lake_arn
      }],
      length(local.prefixes[each.key]) == 0 ? [] : [{
        Sid    = "Objects"
        Effect = "Allow"
        Action = [
          "s3:GetObject", "s3:PutObject", "s3:PutObjectRetention", "s3:DeleteObject", "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ]
        Resource = [for prefix in local.prefixes[each.key] : "${var.lake_arn}/${prefix}*"]
      }],
      length(local.prefixes[each.key]) == 0 ? [] : [{
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = var.kms_key_arn
        Condition = {
          StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" }
        }
      }],
    )
  })
}

# The scheduler tells of alerts (GAVEL_ALERT_SNS_TOPIC).
resource "aws_iam_role_policy" "alerts" {
  for_each = var.alert_processes

  name = "alerts"
  role = aws_iam_role.process[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Topic"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = var.alerts_topic_arn
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = var.kms_key_arn
        Condition = {
          StringEquals = { "kms:ViaService" = "sns.${var.region}.amazonaws.com" }
        }
      },
    ]
  })
}

# What ECS does before a process starts: fetches the image and the secrets, and opens the log. One a process, so that a process
# gets no secret but its own.
resource "aws_iam_role" "start" {
  for_each = var.secret_arns

  name        = "${var.name}-${each.key}-start"
  description = "What ECS may do to start `gavel ${each.key}`"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "start" {
  for_each = aws_iam_role.start

  role       = each.value.name
  policy_arn = "arn:${var.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "secrets" {
  for_each = { for process, arns in var.secret_arns : process => arns if length(arns) > 0 }

  name = "secrets"
  role = aws_iam_role.start[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = values(each.value)
      },
      {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = "kms:Decrypt"
        Resource = var.secrets_key_arn
        Condition = {
          StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" }
        }
      },
    ]
  })
}
