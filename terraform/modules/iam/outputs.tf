output "process_role_arns" {
  description = "What each process runs as."
  value       = { for process, role in aws_iam_role.process : process => role.arn }
}

output "process_role_names" {
  description = "The names of those roles."
  value       = { for process, role in aws_iam_role.process : process => role.name }
}

output "start_role_arns" {
  description = "What ECS starts each process with."
  value       = { for process, role in aws_iam_role.start : process => role.arn }
}
