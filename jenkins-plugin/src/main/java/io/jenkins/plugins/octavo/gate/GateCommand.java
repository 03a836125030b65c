package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.cli.CLICommand;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.Run;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.kohsuke.args4j.Argument;
import org.kohsuke.args4j.Option;
import org.springframework.security.access.AccessDeniedException;

/** What both commands have in common. */
abstract class GateCommand extends CLICommand {
    @Argument(metaVar = "JOB", index = 0, required = true, usage = "full name of the job")
    Job<?, ?> job;

    @Argument(metaVar = "BUILD", index = 1, required = true, usage = "number of the build")
    int number;

    @Argument(metaVar = "GATE", index = 2, required = true, usage = "ID of the gate")
    String gate;

    @CheckForNull
    @Option(name = "--hash", metaVar = "HASH", usage = "hash of the plan that you have read, as its page shows it")
    String hash;

    @CheckForNull
    @Option(name = "--reason", metaVar = "REASON", usage = "why; kept with the build")
    String reason;

    @Override
    protected final int run() throws IOException {
        Run<?, ?> run = job.getBuildByNumber(number);
        if (run == null) {
            throw new AbortException(job.getFullDisplayName() + " has no build " + number);
        }
        run.checkPermission(Item.READ);
        GateAction action = run.getAction(GateAction.class);
        PlanGate found = action == null ? null : action.gate(gate);
        if (found == null) {
            throw new AbortException(run.getFullDisplayName() + " has no gate " + gate);
        }
        try {
            decide(found);
        } catch (GateObjection objection) {
            if (objection.status() == HttpServletResponse.SC_FORBIDDEN) {
                throw new AccessDeniedException(objection.getMessage());
            }
            throw new AbortException(objection.getMessage());
        }
        stdout.println(found.getStateSentence());
        return 0;
    }

    abstract void decide(PlanGate found) throws GateObjection, IOException;
}
