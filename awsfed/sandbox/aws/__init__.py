"""The sandbox's AWS: a strict face that verifies every request, with moto behind it.

Forwarded to moto once the face has verified it: IAM (users, keys, roles, policies), S3, GetParameter,
GetParametersByPath and PutParameter of Systems Manager, GetSecretValue of Secrets Manager, and ECR but for its tokens.

Answered here, because moto does not check it: all of STS, ECR's GetAuthorizationToken, the stacks of
CloudFormation (see there) and the console's `/federation`.

Exact: SigV4 as header and as query, session tokens, expiry, durations and the role's maximum, the chaining limit,
lengths and character sets, which kind of key may call what, credentials that differ from call to call, trust policies
with Principal and StringEquals or StringLike on ExternalId, SourceIdentity and RoleSessionName, codes of MFA devices,
which belong to a user and count once, aws:MultiFactorAuthPresent, and what a policy in IAM denies by aws:TokenIssueTime
and aws:userid.

Simulated: PackedPolicySize (AWS does not publish its packing).

Left out: IAM, S3 and ECR ask for valid credentials of a fitting kind, not for permissions, but for a policy in IAM that
denies everything ("*"), which counts everywhere except for GetCallerIdentity. Other policies count for STS only, where
the caller's own policies have to allow a call even if AWS would be content with the trust policy of a role that names
the user. Managed session policies are not looked up. Everything else is refused as `UnsupportedInSandbox`.
"""
