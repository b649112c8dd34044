/** Which handler does which job. An error that comes back from here is a surprise: its row is offered again. */
import { deliverMessage } from '#lib/alerts/deliver.ts';
import type { Job } from '#lib/jobs/contract.ts';
import type { WorkerContext } from '#worker/context.ts';
import { handleEvaluation } from '#worker/handlers/evaluation.ts';
import { handleRequest } from '#worker/handlers/request.ts';
import { performRun } from '#worker/run.ts';

export async function handleJob(context: WorkerContext, job: Job, jobId: string): Promise<void> {
  switch (job.name) {
    case 'request':
      return handleRequest(context, job.data.requestId, jobId);
    case 'run':
      return performRun(context, job.data.runId, jobId);
    case 'evaluation':
      return handleEvaluation(context, job.data.orgId);
    case 'message': {
      const { pool, mailer, env, log } = context;
      await deliverMessage({ pool, mailer, appUrl: env.APP_URL, log }, job.data.messageId);
      return;
    }
    case 'pulse':
      return;
  }
}
