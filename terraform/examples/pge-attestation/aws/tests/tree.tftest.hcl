# Whether this tree holds together, with mocked providers: no account, no network, nothing is made.
#
#   terraform init -backend=false && terraform test
mock_provider "aws" {
  mock_resource "aws_autoscaling_group" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
      master_user_secret = [
        {
          kms_key_id    = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
          secret_arn    = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
          secret_status = "active"
        },
      ]
    }
  }

  mock_resource "aws_db_parameter_group" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_db_subnet_group" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_default_security_group" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_eip" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_iam_instance_profile" {
    defaults = {
      arn = "arn:aws:iam::123456789012:instance-profile/mock"
    }
  }

  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::123456789012:role/mock"
    }
  }

  mock_resource "aws_internet_gateway" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_kms_alias" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_kms_key" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_launch_template" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
      id  = "lt-0123456789abcdef0"
    }
  }

  mock_resource "aws_lb" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_lb_listener" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_lb_target_group" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_route53_zone" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_route_table" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_secretsmanager_secret_version" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_security_group" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_sns_topic_subscription" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_subnet" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_vpc" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_vpc_endpoint" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_vpc_security_group_egress_rule" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }

  mock_resource "aws_vpc_security_group_ingress_rule" {
    defaults = {
      arn = "arn:aws:mock:eu-west-3:123456789012:mock/mock"
    }
  }
}

variables {
  web_certificate = "arn:aws:acm:eu-west-3:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
  bank_api_value  = "example"
}

run "apply" {
  command = apply

  assert {
    condition     = output.web.url == "https://attestations.pge.example"
    error_message = "web is not served as https://attestations.pge.example."
  }
}
