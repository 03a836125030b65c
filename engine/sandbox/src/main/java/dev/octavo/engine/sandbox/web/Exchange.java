package dev.octavo.engine.sandbox.web;

import com.sun.net.httpserver.HttpExchange;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request, with nginx's variables for it. */
final class Exchange {
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)\\}|(\\w+))");

    final HttpExchange http;
    private final Directive configuration;
    private final Map<String, String> set = new HashMap<>();
    private final String id = UUID.randomUUID().toString().replace("-", "");
    /** The path that is looked at now: an inner redirect changes it. */
    String uri;

    Exchange(HttpExchange http, Directive configuration) {
        this.http = http;
        this.configuration = configuration;
        this.uri = http.getRequestURI().getPath();
    }

    void set(String name, String value) {
        set.put(name, value);
    }

    String header(String name) {
        List<String> values = http.getRequestHeaders().get(name);
        return values == null ? "" : String.join(", ", values);
    }

    /** A text with its variables replaced. */
    String expand(String text) {
        return VARIABLE.matcher(text)
                .replaceAll(match ->
                        Matcher.quoteReplacement(variable(match.group(1) == null ? match.group(2) : match.group(1))));
    }

    private String variable(String name) {
        String own = set.get(name);
        if (own != null) {
            return own;
        }
        String query = http.getRequestURI().getRawQuery();
        String remote = http.getRemoteAddress().getAddress().getHostAddress();
        return switch (name) {
            case "uri", "document_uri" -> uri;
            case "request_uri" -> http.getRequestURI().toString();
            case "args", "query_string" -> query == null ? "" : query;
            case "is_args" -> query == null ? "" : "?";
            case "request_method" -> http.getRequestMethod();
            case "request" -> http.getRequestMethod() + " " + http.getRequestURI() + " " + http.getProtocol();
            case "request_id" -> id;
            case "scheme" -> "http";
            case "https" -> "";
            case "server_protocol" -> http.getProtocol();
            case "host" -> header("Host").replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
            case "server_port" -> String.valueOf(http.getLocalAddress().getPort());
            case "server_addr" -> http.getLocalAddress().getAddress().getHostAddress();
            case "remote_addr", "realip_remote_addr" -> remote;
            case "remote_port" -> String.valueOf(http.getRemoteAddress().getPort());
            case "proxy_add_x_forwarded_for" ->
                header("X-Forwarded-For").isEmpty() ? remote : header("X-Forwarded-For") + ", " + remote;
            default -> {
                if (name.startsWith("http_")) {
                    yield header(name.substring("http_".length()).replace('_', '-'));
                }
                yield name.startsWith("arg_")
                        ? argument(query == null ? "" : query, name.substring("arg_".length()))
                        : mapped(name);
            }
        };
    }

    private static String argument(String query, String name) {
        for (String each : query.split("&")) {
            if (each.startsWith(name + "=")) {
                return each.substring(name.length() + 1);
            }
        }
        return "";
    }

    /** A variable that a {@code map} makes. */
    private String mapped(String name) {
        return configuration
                .all("map")
                .filter(map -> map.word(1).equals("$" + name))
                .findFirst()
                .map(this::look)
                .orElse("");
    }

    private String look(Directive map) {
        String value = expand(map.word(0));
        String fallback = "";
        String expression = null;
        for (Directive row : map.block()) {
            String key = row.name();
            if (key.equals("default")) {
                fallback = row.word(0);
            } else if (key.equalsIgnoreCase(value)) {
                return expand(row.word(0));
            } else if (expression == null && key.startsWith("~") && matches(key, value)) {
                expression = row.word(0);
            }
        }
        return expand(expression == null ? fallback : expression);
    }

    private static boolean matches(String key, String value) {
        boolean anyCase = key.startsWith("~*");
        Pattern pattern = Pattern.compile(key.substring(anyCase ? 2 : 1), anyCase ? Pattern.CASE_INSENSITIVE : 0);
        return pattern.matcher(value).find();
    }
}
