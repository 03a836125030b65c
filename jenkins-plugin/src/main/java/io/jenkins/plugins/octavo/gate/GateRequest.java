package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import java.io.Serializable;

/**
 * What a pipeline asks of a gate, checked and copied from the step. It is held only until the gate is open.
 *
 * @param plan as JSON; null where the gate is no deployment's
 * @param hash of the plan, or of the message where there is no plan
 * @param policy name of a configured gate; {@code ""} for none
 * @param hours 0 where the step does not say
 * @param notSuperseded whether no newer build ends it
 */
record GateRequest(
        String id,
        String environment,
        String message,
        @CheckForNull String plan,
        String hash,
        String policy,
        String approvers,
        int quorum,
        boolean notStarter,
        boolean notAuthor,
        boolean reasonRequired,
        int hours,
        boolean notSuperseded)
        implements Serializable {
    private static final long serialVersionUID = 1L;
}
