# An instance has no identity at OVHcloud: whoever uses the bucket signs with the keys of this user. The
# keys are in the Terraform state, which has to be kept as safe as they are.
resource "ovh_cloud_project_user" "this" {
  service_name = var.location.project
  description  = "Objects of ${var.name}"
  role_names   = ["objectstore_operator"]
}

resource "ovh_cloud_project_user_s3_credential" "this" {
  service_name = var.location.project
  user_id      = ovh_cloud_project_user.this.id
}

# This bucket, nothing else; and no right to delete.
resource "ovh_cloud_project_user_s3_policy" "this" {
  service_name = var.location.project
  user_id      = ovh_cloud_project_user.this.id

  policy = jsonencode({
    Statement = [
      {
        Sid      = "ListBucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = ["arn:aws:s3:::${ovh_cloud_project_storage.this.name}"]
      },
      {
        Sid      = "ReadAndWriteObjects"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["arn:aws:s3:::${ovh_cloud_project_storage.this.name}/*"]
      },
    ]
  })
}
