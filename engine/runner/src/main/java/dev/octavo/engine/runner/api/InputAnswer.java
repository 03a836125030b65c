package dev.octavo.engine.runner.api;

import java.util.Map;

/** What a person said at a gate. */
public sealed interface InputAnswer {
    /**
     * Go on.
     *
     * @param approver who said so
     * @param values of the gate's parameters; those not in here have their defaults
     */
    record Proceed(String approver, Map<String, String> values) implements InputAnswer {
        public Proceed {
            values = Map.copyOf(values);
        }
    }

    /** Stop the build: it ends as {@link BuildResult#ABORTED}. */
    record Abort(String by) implements InputAnswer {}
}
