package org.jenkinsci.plugins.workflow.steps;

import java.util.List;

/** The end of a step by a person, a time limit or a sibling, under the name by which libraries for Jenkins catch it. */
public class FlowInterruptedException extends InterruptedException {
    private static final long serialVersionUID = 1L;

    private final String result;
    private final boolean actualInterruption;

    /**
     * @param result the name of the build result that it means
     * @param actualInterruption whether it shall end the build, and not only the block around it
     */
    public FlowInterruptedException(String message, String result, boolean actualInterruption) {
        super(message);
        this.result = result;
        this.actualInterruption = actualInterruption;
    }

    public String getResult() {
        return result;
    }

    public boolean isActualInterruption() {
        return actualInterruption;
    }

    /** What interrupted it, one description each. */
    public List<String> getCauses() {
        return List.of(String.valueOf(getMessage()));
    }
}
