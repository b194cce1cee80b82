output "id" {
  description = "Id of the VPC."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "Private IPv4 range of the network."
  value       = aws_vpc.this.cidr_block
}

output "attachment" {
  description = "What a module needs to join this network; passed on whole, fields listed in README.md."
  value = {
    vpc_id             = aws_vpc.this.id
    cidr               = aws_vpc.this.cidr_block
    private_subnet_ids = [for zone in var.location.zones : aws_subnet.private[zone].id]
    public_subnet_ids  = [for zone in var.location.zones : aws_subnet.public[zone].id]
  }

  # Who joins the network may need the Internet at its first boot: wait until there is a way out.
  depends_on = [
    aws_route.private,
    aws_route.public,
    aws_route_table_association.private,
    aws_route_table_association.public,
  ]
}
