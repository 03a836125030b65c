package dev.octavo.engine.cluster;

import java.util.List;
import java.util.Map;

/**
 * What the API server answered.
 *
 * @param body the object, or the Status where it refuses; empty where the answer is not JSON
 * @param warnings those that the server sent along
 */
record Answer(int code, Map<String, Object> body, List<String> warnings) {
    boolean ok() {
        return code >= 200 && code < 300;
    }

    /** Whether the user lacks a permission; a quota or an admission rule answers 403 too. */
    boolean notPermitted() {
        return code == 403 && message().contains("User \"") && message().contains(" cannot ");
    }

    /**
     * Whether the server found the object malformed. For a field that it does not know and a value that it cannot read it
     * says 500, but, other than for a failure of its own, gives no reason.
     */
    boolean malformed() {
        boolean unreadable =
                code == 500 && reason().isEmpty() && Tree.text(body, "kind").equals("Status");
        return code == 400 || code == 422 || unreadable;
    }

    /** Whether the same request may be answered otherwise in a moment. */
    boolean passing() {
        return (code >= 500 || code == 429) && !malformed();
    }

    boolean notFound() {
        return code == 404;
    }

    /** The reason of a Status, such as {@code NotFound}; {@code ""} where there is none. */
    String reason() {
        return Tree.text(body, "reason");
    }

    String message() {
        String message = Tree.text(body, "message");
        return message.isEmpty() ? "the server answered " + code : message;
    }
}
