# A topic for alarms, alarms on what AWS measures, and a budget. What the house measures itself (docs/runbook.md) comes from its
# own /metrics, to the Prometheus of whoever runs it.

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Alarms"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
      }
    }]
  })
}

# Each person confirms by a mail of AWS.
resource "aws_sns_topic_subscription" "mail" {
  for_each = var.alarm_emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_budgets_budget" "monthly" {
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = { actual = { percent = 80, type = "ACTUAL" }, forecast = { percent = 100, type = "FORECASTED" } }

    content {
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      notification_type          = notification.value.type
      subscriber_email_addresses = var.alarm_emails
      subscriber_sns_topic_arns  = [aws_sns_topic.alarms.arn]
    }
  }
}

locals {
  # By name: what is measured, of what, and from where on it is an alarm.
  database_alarms = merge([for identifier in var.database_identifiers : {
    "${identifier}-cpu"         = { metric = "CPUUtilization", identifier = identifier, operator = "GreaterThanThreshold", threshold = 80 }
    "${identifier}-storage"     = { metric = "FreeStorageSpace", identifier = identifier, operator = "LessThanThreshold", threshold = 10 * 1024 * 1024 * 1024 }
    "${identifier}-connections" = { metric = "DatabaseConnections", identifier = identifier, operator = "GreaterThanThreshold", threshold = var.database_connections_max }
  }]...)
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = local.database_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.metric} of the database ${each.value.identifier}"
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = each.value.identifier }
  statistic           = "Average"
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "replica_lag" {
  count = length(var.database_identifiers) > 1 ? 1 : 0

  alarm_name          = "${var.name}-replica-lag"
  alarm_description   = "The replica is more than a minute behind"
  namespace           = "AWS/RDS"
  metric_name         = "ReplicaLag"
  dimensions          = { DBInstanceIdentifier = var.database_identifiers[1] }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 60
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "balancer" {
  for_each = var.balancer == null ? {} : {
    errors    = { metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", threshold = 10, description = "The API answers errors" }
    unhealthy = { metric = "UnHealthyHostCount", statistic = "Maximum", threshold = 0, description = "An API node is not ready" }
  }

  alarm_name          = "${var.name}-api-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/ApplicationELB"
  metric_name         = each.value.metric
  dimensions          = var.balancer
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "service" {
  for_each = var.services == null ? toset([]) : var.services.names

  alarm_name          = "${var.name}-${each.key}-down"
  alarm_description   = "No task of the service ${each.key} runs"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = var.services.cluster, ServiceName = each.key }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "kafka_offline" {
  count = var.kafka == null ? 0 : 1

  alarm_name          = "${var.name}-kafka-offline"
  alarm_description   = "Partitions have no leader"
  namespace           = "AWS/Kafka"
  metric_name         = "OfflinePartitionsCount"
  dimensions          = { "Cluster Name" = var.kafka.cluster }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 3
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "kafka_disk" {
  for_each = var.kafka == null ? toset([]) : toset([for id in range(1, var.kafka.brokers + 1) : tostring(id)])

  alarm_name          = "${var.name}-kafka-disk-${each.key}"
  alarm_description   = "The disk of broker ${each.key} is nearly full"
  namespace           = "AWS/Kafka"
  metric_name         = "KafkaDataLogsDiskUsed"
  dimensions          = { "Cluster Name" = var.kafka.cluster, "Broker ID" = each.key }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# One machine: it is alarmed of where its own check fails.
resource "aws_cloudwatch_metric_alarm" "instance" {
  count = var.watch_instance ? 1 : 0

  alarm_name          = "${var.name}-machine"
  alarm_description   = "The machine does not answer"
  namespace           = "AWS/EC2"
  metric_name         = "StatusCheckFailed"
  dimensions          = { InstanceId = var.instance_id }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
