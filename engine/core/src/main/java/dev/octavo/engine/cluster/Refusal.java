package dev.octavo.engine.cluster;

import dev.octavo.engine.api.ErrorCode;

/**
 * Why an object cannot be written as its manifest says.
 *
 * @param message for people; it may quote what the manifest says
 * @param answer what the server said
 */
record Refusal(Reason reason, String message, Answer answer) {
    /** The reasons that a reader does something different about. */
    enum Reason {
        PERMISSION(ErrorCode.CLUSTER_UNAUTHORIZED),
        CONFLICT(ErrorCode.CLUSTER_CONFLICT),
        IMMUTABLE(ErrorCode.CLUSTER_IMMUTABLE),
        OTHER(ErrorCode.CLUSTER_REFUSED);

        private final ErrorCode code;

        Reason(ErrorCode code) {
            this.code = code;
        }

        ErrorCode code() {
            return code;
        }
    }

    static Refusal of(Answer answer) {
        return new Refusal(answer.notPermitted() ? Reason.PERMISSION : Reason.OTHER, answer.message(), answer);
    }
}
