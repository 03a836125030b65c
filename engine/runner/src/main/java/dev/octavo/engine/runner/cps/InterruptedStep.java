package dev.octavo.engine.runner.cps;

import dev.octavo.engine.runner.api.SourcePlace;
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException;

/** How an {@link Interruption} goes through a pipeline's code. */
public final class InterruptedStep extends FlowInterruptedException {
    private static final long serialVersionUID = 1L;

    private final transient Interruption interruption;
    private final String step;
    private final transient SourcePlace place;

    InterruptedStep(Interruption interruption, String step, SourcePlace place) {
        super(interruption.message(), interruption.result().name(), interruption.endsBuild());
        this.interruption = interruption;
        this.step = step;
        this.place = place;
    }

    public Interruption interruption() {
        return interruption;
    }

    /** The name of the step that was running, {@code ""} where none was. */
    public String step() {
        return step;
    }

    /** Where it was interrupted. */
    public SourcePlace place() {
        return place;
    }
}
