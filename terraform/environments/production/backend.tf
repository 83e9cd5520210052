# Where the state is kept: a bucket of your own with versions, not made here. `terraform init -backend-config=backend.hcl`.
terraform {
  backend "s3" {}
}
