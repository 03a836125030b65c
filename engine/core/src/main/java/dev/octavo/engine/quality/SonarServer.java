package dev.octavo.engine.quality;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.api.StoppableCall;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A SonarQube server's web services.
 *
 * <p>One connection for each request, closed after it: nothing is left behind. Redirects are not followed, so that the
 * token goes to no other host.
 */
final class SonarServer {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration READ = Duration.ofSeconds(30);
    private static final int LARGEST = 4 << 20;

    private final URI url;
    private final SecretValue token;
    private final Cancellation cancellation;
    private final JsonMapper json = JsonMapper.builder().build();

    /** {@code ""} as long as it is not known: then no request carries the token. */
    private final String version;

    private SonarServer(URI url, SecretValue token, Cancellation cancellation, String version) {
        this.url = url;
        this.token = token;
        this.cancellation = cancellation;
        this.version = version;
    }

    /**
     * The server, once it is up and takes the token.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_INVALID}, {@link ErrorCode#SONAR_UNREACHABLE},
     *     {@link ErrorCode#SONAR_UNAUTHORIZED}
     */
    static SonarServer connect(String address, SecretValue token, Cancellation cancellation) {
        SonarServer stranger = at(address, token, cancellation);
        JsonNode status = stranger.get("api/system/status", Map.of());
        String state = status.path("status").asString("");
        if (!state.equals("UP")) {
            throw stranger.unreachable(
                    state.isEmpty()
                            ? "what answers there is no SonarQube"
                            : "it says that it is " + state + ", not UP");
        }
        String version = status.path("version").asString("?");
        SonarServer server = new SonarServer(stranger.url, token, cancellation, version);
        if (!server.get("api/authentication/validate", Map.of()).path("valid").asBoolean(false)) {
            throw server.unauthorized("it does not know the token");
        }
        return server;
    }

    private static SonarServer at(String address, SecretValue token, Cancellation cancellation) {
        String plain = address.strip().replaceFirst("/+$", "");
        try {
            URI uri = new URI(plain);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawQuery() == null) {
                return new SonarServer(uri, token, cancellation, "");
            }
        } catch (URISyntaxException e) {
            // told below; the exception repeats the input, which may hold a password
        }
        throw new EngineException(
                ErrorCode.CONFIG_INVALID,
                "The address of SonarQube cannot be used",
                "SONAR_HOST_URL",
                "it is not http://host or https://host with an optional port and path, and no login in it",
                "write it as https://sonar.example.org; the token goes into SONAR_TOKEN");
    }

    String url() {
        return url.toString();
    }

    String version() {
        return version;
    }

    /** Whether it is older than version 10, and knows a token only as a login. */
    boolean isOld() {
        int dot = version.indexOf('.');
        try {
            // the hosted service has a numbering of its own
            return dot > 0 && !isHosted() && Integer.parseInt(version.substring(0, dot)) < 10;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Whether its edition can tell branches and pull requests of a project apart. */
    boolean knowsBranches() {
        try {
            for (JsonNode feature : get("api/features/list", Map.of())) {
                if (feature.asString("").equals("branch-support")) {
                    return true;
                }
            }
            return false;
        } catch (EngineException e) {
            // an older server has no such list: a wrong parameter would fail the analysis, a missing one does not
            if (e.code() == ErrorCode.SONAR_ANALYSIS) {
                return isHosted();
            }
            throw e;
        }
    }

    private boolean isHosted() {
        return url.getHost().endsWith("sonarcloud.io");
    }

    /** Reads one answer. */
    JsonNode get(String path, Map<String, String> parameters) {
        String query = new TreeMap<>(parameters)
                .entrySet().stream()
                        .map(entry ->
                                entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        try {
            HttpURLConnection connection = open(path + (query.isEmpty() ? "" : "?" + query));
            return StoppableCall.run(
                    IOException.class, () -> read(connection, path), connection::disconnect, cancellation);
        } catch (IOException e) {
            throw unreachable(
                    Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName()));
        }
    }

    private HttpURLConnection open(String pathAndQuery) throws IOException {
        URL address;
        try {
            address = URI.create(url + "/" + pathAndQuery).toURL();
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw new IOException("the address cannot be used", e);
        }
        HttpURLConnection connection = (HttpURLConnection) address.openConnection();
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) READ.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("Connection", "close");
        if (!version.isEmpty()) {
            connection.setRequestProperty("Authorization", authorization());
        }
        return connection;
    }

    private String authorization() {
        return isOld()
                ? "Basic " + Base64.getEncoder().encodeToString((token.reveal() + ":").getBytes(StandardCharsets.UTF_8))
                : "Bearer " + token.reveal();
    }

    private JsonNode read(HttpURLConnection connection, String path) throws IOException {
        try {
            return answer(connection, path);
        } finally {
            connection.disconnect();
        }
    }

    private JsonNode answer(HttpURLConnection connection, String path) throws IOException {
        int code = connection.getResponseCode();
        if (code >= 300 && code < 400) {
            String target = String.valueOf(connection.getHeaderField("Location"));
            throw unreachable("it sends on to " + target.replaceFirst("\\?.*", "") + ": use that address");
        }
        String body = body(code < 400 ? connection.getInputStream() : connection.getErrorStream());
        if (code == 401) {
            throw unauthorized("it answers 401 to " + path);
        }
        if (code == 403) {
            throw unauthorized("the token's user may not do this: 403 to " + path + said(body));
        }
        if (code >= 500) {
            throw unreachable("it answers " + code + " to " + path);
        }
        if (code >= 400) {
            throw new EngineException(
                    ErrorCode.SONAR_ANALYSIS,
                    "SonarQube does not answer the question",
                    url + "/" + path,
                    "it answers " + code + said(body),
                    "look at the project on the server");
        }
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw unreachable("what answers there is no SonarQube (a proxy's page?)");
        }
    }

    private String said(String body) {
        try {
            String message =
                    json.readTree(body).path("errors").path(0).path("msg").asString("");
            return message.isEmpty() ? "" : ": " + message;
        } catch (JacksonException e) {
            return "";
        }
    }

    private static String body(@Nullable InputStream stream) throws IOException {
        if (stream == null) {
            return "";
        }
        try (stream) {
            return new String(stream.readNBytes(LARGEST), StandardCharsets.UTF_8);
        }
    }

    EngineException unreachable(String why) {
        return new EngineException(
                ErrorCode.SONAR_UNREACHABLE,
                "SonarQube cannot be reached",
                url.toString(),
                why,
                "check the address, the network and the proxy, and that the server is up");
    }

    EngineException unauthorized(String why) {
        return new EngineException(
                ErrorCode.SONAR_UNAUTHORIZED,
                "SonarQube refuses the token",
                url.toString(),
                why,
                "make a new token (My Account > Security), and give its user the right to execute analyses");
    }
}
