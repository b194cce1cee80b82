# Who may send and receive is decided by the role of a service. Here it is only said that nobody may do
# it over plain HTTP, which SQS still answers.
resource "aws_sqs_queue_policy" "this" {
  for_each = { this = aws_sqs_queue.this, dead = aws_sqs_queue.dead }

  queue_url = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
