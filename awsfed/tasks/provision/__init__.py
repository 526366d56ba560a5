"""CloudFormation templates of what connectors need in AWS, and deploying them."""
