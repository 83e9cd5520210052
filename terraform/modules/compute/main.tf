# The processes of the house on ECS (Fargate): a service for each role, in private subnets. `topics` and `lake` are tasks that the
# operator runs once before the first start.

locals {
  image = "${aws_ecr_repository.this.repository_url}:${var.image_tag}"
  roles = { for name, process in var.processes : name => process if process.count > 0 }
  # Every hop is by TLS; the one proxy in front is the load balancer, which ends it.
  common = merge(var.settings, {
    GAVEL_ENV          = "production"
    GAVEL_TLS          = "required"
    GAVEL_HTTP_HOST    = "0.0.0.0"
    GAVEL_HTTP_PORT    = "3000"
    GAVEL_HTTP_PROXIES = "1"
  })
}

resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.kms_key_arn
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the newest thirty"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "process" {
  for_each = var.processes

  name              = "/${var.name}/${each.key}"
  retention_in_days = 365
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_task_definition" "process" {
  for_each = var.processes

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory_mb
  task_role_arn            = var.process_role_arns[each.key]
  execution_role_arn       = var.start_role_arns[each.key]

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  container_definitions = jsonencode([{
    name                   = each.key
    image                  = local.image
    command                = [each.key]
    essential              = true
    readonlyRootFilesystem = true
    user                   = "node"
    stopTimeout            = 30
    linuxParameters        = { initProcessEnabled = true }
    portMappings           = each.value.count > 0 ? [{ containerPort = 3000, protocol = "tcp" }] : []
    environment            = [for name, value in local.common : { name = name, value = value }]
    secrets                = [for name, source in var.secrets[each.key] : { name = name, valueFrom = source }]
    mountPoints = [
      { sourceVolume = "tmp", containerPath = "/tmp", readOnly = false },
      { sourceVolume = "data", containerPath = "/var/lib/gavel", readOnly = false },
    ]
    healthCheck = each.value.count == 0 ? null : {
      command = [
        "CMD", "node", "-e",
        "fetch('http://127.0.0.1:3000/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))",
      ]
      interval    = 10
      timeout     = 5
      retries     = 6
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.process[each.key].name
        awslogs-region        = var.region
        awslogs-stream-prefix = each.key
      }
    }
  }])

  volume {
    name = "tmp"
  }

  # The keys of personal data, the erasure list and the witnesses of Bronze: the same for all processes, on no machine's disk,
  # encrypted on the way.
  volume {
    name = "data"

    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.data.id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = aws_efs_access_point.data.id
        iam             = "ENABLED"
      }
    }
  }
}

resource "aws_ecs_service" "role" {
  for_each = local.roles

  name                               = each.key
  cluster                            = aws_ecs_cluster.this.id
  task_definition                    = aws_ecs_task_definition.process[each.key].arn
  desired_count                      = each.value.count
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  propagate_tags                     = "SERVICE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = each.key == "api" ? 120 : null

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [aws_security_group.house.id]
    assign_public_ip = false
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "load_balancer" {
    for_each = each.key == "api" ? [aws_lb_target_group.api.arn] : []

    content {
      target_group_arn = load_balancer.value
      container_name   = "api"
      container_port   = 3000
    }
  }

  depends_on = [aws_lb_listener.https, aws_efs_mount_target.data]
}

resource "aws_security_group" "house" {
  name        = "${var.name}-house"
  description = "The processes of the house"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "balancer" {
  security_group_id            = aws_security_group.house.id
  referenced_security_group_id = aws_security_group.balancer.id
  description                  = "The API, from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 3000
  to_port                      = 3000
}

# PostgreSQL, Kafka and EFS within the network; S3, secrets, images, logs and the identity provider by HTTPS.
resource "aws_vpc_security_group_egress_rule" "house" {
  for_each = {
    https    = { port = 443, to = "0.0.0.0/0" }
    postgres = { port = 5432, to = var.cidr }
    kafka    = { port = 9096, to = var.cidr }
    efs      = { port = 2049, to = var.cidr }
  }

  security_group_id = aws_security_group.house.id
  description       = each.key
  cidr_ipv4         = each.value.to
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}
