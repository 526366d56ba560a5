"""The broker over HTTP: `awsfed serve`, or the vendor's app on Bamboo, Jira or Bitbucket."""
