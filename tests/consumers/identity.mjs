// Asks STS who a profile is, as often as told, with one of the SDK's own ways to read a profile.
//   node identity.mjs PROVIDER PROFILE TIMES
import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import * as providers from "@aws-sdk/credential-providers";

const [provider, profile, times] = process.argv.slice(2);
const client = new STSClient({ profile, credentials: providers[provider]({ profile }) });
for (let left = Number(times); left > 0; left--) {
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  if (left === 1) console.log(Arn);
}
