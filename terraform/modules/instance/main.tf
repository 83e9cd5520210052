# One machine with the compose file, for a demonstration. Nothing reaches it from outside: people come by Session Manager, which
# also forwards the ports of API and Metabase (terraform/README.md). Its secrets are made on it and stay there.

data "aws_ssm_parameter" "ubuntu" {
  name = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
}

resource "aws_security_group" "this" {
  name        = "${var.name}-machine"
  description = "Nothing in; out to packages, images and S3"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "web" {
  for_each = { https = 443, http = 80 }

  security_group_id = aws_security_group.this.id
  description       = each.key == "http" ? "Ubuntu's packages, which are signed" : "Images, S3, Session Manager"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_iam_instance_profile" "this" {
  name = var.name
  role = var.role_name
}

resource "aws_iam_role_policy_attachment" "session" {
  role       = var.role_name
  policy_arn = "arn:${var.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_instance" "this" {
  # checkov:skip=CKV_AWS_88:Its address is for going out without a NAT gateway; the security group lets nothing in
  # checkov:skip=CKV_AWS_126:Detailed monitoring costs, and a demonstration is watched by its status check
  ami                         = data.aws_ssm_parameter.ubuntu.insecure_value
  instance_type               = var.instance_type
  subnet_id                   = var.subnet_id
  vpc_security_group_ids      = [aws_security_group.this.id]
  associate_public_ip_address = true
  iam_instance_profile        = aws_iam_instance_profile.this.name
  monitoring                  = false
  ebs_optimized               = true
  user_data_replace_on_change = false
  user_data = templatefile("${path.module}/start.sh", {
    repository = var.repository
    revision   = var.revision
    settings   = join("\n", [for name, value in var.settings : "${name}=${value}"])
  })

  # Containers ask for credentials one hop further than the machine itself.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 2
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = var.disk_gb
    encrypted   = true
    kms_key_id  = var.kms_key_arn
  }

  tags = { Name = var.name }

  # A newer image of Ubuntu is no reason to lose the machine and its data.
  lifecycle {
    ignore_changes = [ami]
  }
}
