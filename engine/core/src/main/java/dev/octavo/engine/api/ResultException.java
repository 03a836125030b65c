package dev.octavo.engine.api;

/** A failure that has a result nonetheless: what was found is why it failed. */
public final class ResultException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient Record result;

    public ResultException(ErrorCode code, String what, String where, String why, String fix, Record result) {
        super(code, what, where, why, fix);
        this.result = result;
    }

    public Record result() {
        return result;
    }
}
