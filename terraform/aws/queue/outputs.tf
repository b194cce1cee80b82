output "id" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.this.arn
}

output "name" {
  description = "Name of the queue."
  value       = aws_sqs_queue.this.name
}

output "dead_letter" {
  description = "Name of the queue that holds what could not be done."
  value       = aws_sqs_queue.dead.name
}

output "access" {
  description = "What a service needs to use this queue; passed on whole, fields listed in README.md."
  value = {
    arn    = aws_sqs_queue.this.arn
    url    = aws_sqs_queue.this.url
    region = var.location.region
  }
}

output "watch" {
  description = "What an alarm looks at; passed on whole, fields listed in README.md."
  value = {
    kind  = "queue"
    queue = aws_sqs_queue.this.name
  }
}
