output "topic_arn" {
  description = "The topic of the alarms; an Alertmanager may publish to it as well."
  value       = aws_sns_topic.alarms.arn
}
