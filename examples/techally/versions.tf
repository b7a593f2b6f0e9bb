terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.6"
    }
  }

  # What is the same for all environments; `landform init -backend-config=ENVIRONMENT.s3.tfbackend` adds the rest.
  backend "s3" {
    region         = "us-east-1"
    dynamodb_table = "landform-examples-locks"
    encrypt        = true
  }
}
