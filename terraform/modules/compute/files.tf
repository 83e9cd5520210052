# The data directory that processes share (GAVEL_DATA): keys of personal data, the erasure list,
# witnesses of Bronze, certificates of authorities.
# Nobody but the processes' roles mounts it, and only over TLS.

resource "aws_efs_file_system" "data" {
  creation_token = "${var.name}-data"
  encrypted      = true
  kms_key_id     = var.kms_key_arn

  tags = { Name = "${var.name}-data" }
}

resource "aws_efs_backup_policy" "data" {
  file_system_id = aws_efs_file_system.data.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_file_system_policy" "data" {
  file_system_id = aws_efs_file_system.data.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Processes"
        Effect    = "Allow"
        Principal = { AWS = values(var.process_role_arns) }
        Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        Resource  = aws_efs_file_system.data.arn
        Condition = {
          Bool = { "elasticfilesystem:AccessedViaMountTarget" = "true" }
        }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = "*"
        Resource  = aws_efs_file_system.data.arn
        Condition = {
          Bool = { "aws:SecureTransport" = "false" }
        }
      },
    ]
  })
}

resource "aws_efs_access_point" "data" {
  file_system_id = aws_efs_file_system.data.id

  # The user `node` of the image.
  posix_user {
    uid = 1000
    gid = 1000
  }

  root_directory {
    path = "/gavel"

    creation_info {
      owner_uid   = 1000
      owner_gid   = 1000
      permissions = "0700"
    }
  }
}

resource "aws_efs_mount_target" "data" {
  count = length(var.private_subnet_ids)

  file_system_id  = aws_efs_file_system.data.id
  subnet_id       = var.private_subnet_ids[count.index]
  security_groups = [aws_security_group.files.id]
}

resource "aws_security_group" "files" {
  name        = "${var.name}-files"
  description = "The data directory: from the house only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "files" {
  security_group_id            = aws_security_group.files.id
  referenced_security_group_id = aws_security_group.house.id
  description                  = "NFS from the house"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
}
