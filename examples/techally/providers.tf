provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project     = "techally"
      Environment = var.environment
      ManagedBy   = "landform"
    }
  }
}
