package dev.octavo.engine.runner.api;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;

/** Asks the person in charge. Called by several branches at a time. */
@FunctionalInterface
public interface InputHandler {
    /** Nobody is there. */
    InputHandler NOBODY = (request, cancellation) -> {
        throw new EngineException(
                ErrorCode.GATE_NOT_ASKED,
                "Gate \"" + request.id() + "\" needs an answer and nobody is there to give it",
                request.place().toString(),
                request.message(),
                "run it at a terminal, or approve the gate beforehand");
    };

    /**
     * Waits for the answer.
     *
     * @param cancellation of the gate: a time limit around it, or the end of the run
     * @throws EngineException {@link ErrorCode#GATE_NOT_ASKED} where nobody can be asked,
     *     {@link ErrorCode#GATE_REFUSED} where the answer was no and the run shall fail rather than be aborted
     */
    InputAnswer ask(InputRequest request, Cancellation cancellation);
}
