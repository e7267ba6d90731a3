// An ordinary program on the AWS SDK: no endpoint, no region, no keys in it. It reads the parameters it is told to and prints what came.
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

const ssm = new SSMClient({ maxAttempts: 5 });
for (const name of process.argv.slice(2)) {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    console.log(JSON.stringify({ name, value: Parameter.Value }));
  } catch (error) {
    console.log(JSON.stringify({ name, error: error.name, message: error.message }));
  }
}
