output "house_security_group_id" {
  description = "The security group of the processes."
  value       = aws_security_group.house.id
}

output "cluster_name" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "service_names" {
  description = "The services in it."
  value       = toset(keys(aws_ecs_service.role))
}

output "balancer" {
  description = "The load balancer and its target group as CloudWatch names them."
  value = {
    LoadBalancer = aws_lb.this.arn_suffix
    TargetGroup  = aws_lb_target_group.api.arn_suffix
  }
}

output "repository_url" {
  description = "Where the image is pushed."
  value       = aws_ecr_repository.this.repository_url
}

output "task_definitions" {
  description = "What each process runs; `topics` and `lake` are run by hand."
  value       = { for process, task in aws_ecs_task_definition.process : process => task.family }
}
