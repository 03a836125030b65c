package dev.octavo.engine.release;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The forges that releases are made at. */
public enum ForgeKind {
    GITHUB("GitHub", "github.com", "https://api.github.com", "/api/v3"),
    GITLAB("GitLab", "gitlab.com", "https://gitlab.com/api/v4", "/api/v4"),
    GITEE("Gitee", "gitee.com", "https://gitee.com/api/v5", "/api/v5");

    private final String title;
    private final String host;
    private final String api;
    private final String path;

    ForgeKind(String title, String host, String api, String path) {
        this.title = title;
        this.host = host;
        this.api = api;
        this.path = path;
    }

    /** Its name, as it writes it. */
    public String title() {
        return title;
    }

    /** The name that settings have for it: {@code github}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a setting's name, in any case. */
    public static Optional<ForgeKind> named(String id) {
        return Arrays.stream(values())
                .filter(kind -> kind.id().equalsIgnoreCase(id))
                .findFirst();
    }

    /** All names, for a message. */
    public static String names() {
        return Arrays.stream(values()).map(ForgeKind::id).collect(Collectors.joining(", "));
    }

    /** The kind that a host tells by its name: {@code gitlab.example.org}. */
    static Optional<ForgeKind> ofHost(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(kind -> lower.contains(kind.id())).findFirst();
    }

    /** Where the API of a host is. */
    String apiAt(String server) {
        return server.equalsIgnoreCase(host) ? api : "https://" + server + path;
    }
}
