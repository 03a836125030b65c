package dev.octavo.engine.runner.cps;

import com.cloudbees.groovy.cps.Continuable;

/** Called at the head of each loop and function of the pipeline's code, so that even an endless loop can be ended. */
public final class Safepoints {
    private Safepoints() {}

    /** Gives the interpreter the word where this thread shall end. */
    public static void check() {
        LogicalThread thread = LogicalThread.currentOrNull();
        if (thread != null && thread.mustStop()) {
            Continuable.suspend("check", StepRequest.Checkpoint.INSTANCE);
        }
    }
}
