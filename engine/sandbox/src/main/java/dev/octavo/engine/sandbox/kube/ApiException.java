package dev.octavo.engine.sandbox.kube;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An answer of the API that is not a success: what a {@code Status} object says. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * One thing that is wrong with an object.
     *
     * @param reason such as {@code FieldValueRequired}
     */
    public record Cause(String reason, String field, String message) {}

    private final int code;
    private final String reason;
    private final transient @Nullable Kind kind;
    private final String name;
    private final transient List<Cause> causes;

    ApiException(int code, String reason, String message) {
        this(code, reason, message, null, "", List.of());
    }

    ApiException(int code, String reason, String message, @Nullable Kind kind, String name, List<Cause> causes) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.kind = kind;
        this.name = name;
        this.causes = List.copyOf(causes);
    }

    public static ApiException badRequest(String message) {
        return new ApiException(400, "BadRequest", message);
    }

    static ApiException notFound(Kind kind, String name) {
        return new ApiException(
                404, "NotFound", kind.resource() + " \"" + name + "\" not found", kind, name, List.of());
    }

    static ApiException exists(Kind kind, String name) {
        return new ApiException(
                409, "AlreadyExists", kind.resource() + " \"" + name + "\" already exists", kind, name, List.of());
    }

    static ApiException modified(Kind kind, String name) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind.resource() + " \"" + name
                        + "\": the object has been modified; please apply your changes to the latest version and try"
                        + " again",
                kind,
                name,
                List.of());
    }

    public static ApiException invalid(Kind kind, String name, List<Cause> causes) {
        List<String> texts = new ArrayList<>();
        causes.forEach(cause -> texts.add(cause.field() + ": " + cause.message()));
        String text = texts.size() == 1 ? texts.get(0) : "[" + String.join(", ", texts) + "]";
        String title = kind.group().isEmpty() ? kind.name() : kind.name() + "." + kind.group();
        return new ApiException(422, "Invalid", title + " \"" + name + "\" is invalid: " + text, kind, name, causes);
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }

    /** The answer's body. */
    ObjectNode status() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        if (kind != null || !causes.isEmpty()) {
            ObjectNode details = status.putObject("details");
            if (!name.isEmpty()) {
                details.put("name", name);
            }
            if (kind != null) {
                if (!kind.group().isEmpty()) {
                    details.put("group", kind.group());
                }
                details.put("kind", reason.equals("Invalid") ? kind.name() : kind.plural());
            }
            if (!causes.isEmpty()) {
                ArrayNode list = details.putArray("causes");
                causes.forEach(cause -> list.addObject()
                        .put("reason", cause.reason())
                        .put("message", cause.message())
                        .put("field", cause.field()));
            }
        }
        return status.put("code", code);
    }
}
