package dev.octavo.engine.blueprint;

import dev.octavo.engine.blueprint.YamlText.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service as it is in one environment: all that is said of it, laid over one another.
 *
 * @param name as people ask for it
 * @param application what it is a part of
 * @param image what it runs
 * @param settings with the keys of {@code delivery.yaml}
 * @param extracted what was taken out of its configuration
 */
record ServiceSpec(String name, String application, String image, Map<String, Object> settings, Extracted extracted) {
    private static final int HTTP = 80;

    /**
     * A port.
     *
     * @param container a number, or a variable
     * @param service the Service's; null where it has none
     * @param nodePort null where the cluster chooses
     */
    record Port(
            String name,
            Object container,
            @Nullable Object service,
            @Nullable Object nodePort,
            String protocol) {}

    @Nullable
    Object get(String key) {
        return settings.get(key);
    }

    Map<String, Object> map(String key) {
        return Trees.map(settings.get(key));
    }

    List<?> list(String key) {
        return Trees.list(settings.get(key));
    }

    List<String> texts(String key) {
        return Trees.texts(settings.get(key));
    }

    String text(String key) {
        return Trees.text(settings.get(key));
    }

    String kind() {
        return text("kind");
    }

    boolean isJob() {
        return kind().equals("Job") || kind().equals("CronJob");
    }

    boolean isStateful() {
        return kind().equals("StatefulSet");
    }

    boolean hasPods() {
        return !kind().equals("none");
    }

    /** Whether a number of pods can be asked for. */
    boolean isScaled() {
        return kind().equals("Deployment") || isStateful();
    }

    /** As objects are called: in lower case, with dashes. */
    String objectName() {
        return objectName(name);
    }

    static String objectName(String name) {
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String begun = plain.isEmpty() || Character.isDigit(plain.charAt(0)) ? "service-" + plain : plain;
        return begun.substring(0, Math.min(begun.length(), 50)).replaceAll("-+$", "");
    }

    String filesName() {
        return objectName() + "-files";
    }

    String claimName(String volume) {
        return objectName() + "-" + volume;
    }

    /** The Service that gives each pod of a StatefulSet its name. */
    String governingService() {
        return serviceType().equals("headless") || serviceType().isEmpty() ? objectName() : objectName() + "-headless";
    }

    /** A file's key in a ConfigMap. */
    static String fileKey(String path) {
        return path.substring(1).replaceAll("[^A-Za-z0-9._-]", "_");
    }

    Map<String, Object> selector() {
        return Pods.maps("app.kubernetes.io/name", objectName());
    }

    Map<String, Object> labels() {
        Map<String, Object> labels = selector();
        if (!text("component").isEmpty()) {
            labels.put("app.kubernetes.io/component", text("component"));
        }
        labels.put("app.kubernetes.io/part-of", application);
        map("labels").forEach((key, value) -> labels.put(key, new Quoted(Trees.text(value))));
        return labels;
    }

    /** {@code ""} where it has no Service. */
    String serviceType() {
        Object service = get("service");
        if (service == null || Boolean.FALSE.equals(service)) {
            return "";
        }
        String type = service instanceof Map
                ? Trees.text(Trees.map(service).getOrDefault("type", "ClusterIP"))
                : Boolean.TRUE.equals(service) ? "ClusterIP" : service.toString();
        boolean reachable = !ports().isEmpty() || type.equals("ExternalName") || isStateful();
        return reachable && !isJob() ? type : "";
    }

    List<Port> ports() {
        Map<String, Object> written = new LinkedHashMap<>(map("ports"));
        if (get("port") != null) {
            Map<String, Object> first = new LinkedHashMap<>();
            first.put("http", settings.get("port"));
            written.forEach((name, port) -> first.merge(
                    name,
                    port,
                    (number, also) ->
                            also instanceof Map ? Trees.over(Trees.map(also), Map.of("container", number)) : number));
            written = first;
        }
        List<Port> ports = new ArrayList<>();
        written.forEach((name, value) -> {
            Map<String, Object> port = value instanceof Map ? Trees.map(value) : Map.of("container", value);
            Object container = port.get("container");
            if (container == null) {
                container = port.getOrDefault("service", HTTP);
            }
            Object service = port.getOrDefault("service", name.equals("http") ? Integer.valueOf(HTTP) : container);
            ports.add(new Port(
                    name,
                    container,
                    Boolean.FALSE.equals(service) ? null : Boolean.TRUE.equals(service) ? container : service,
                    port.get("nodePort"),
                    Trees.text(port.getOrDefault("protocol", "TCP"))));
        });
        return ports;
    }

    /** The name of the port that is meant where none is named. */
    String mainPort() {
        List<Port> ports = ports();
        return ports.stream().anyMatch(port -> port.name().equals("http")) || ports.isEmpty()
                ? "http"
                : ports.get(0).name();
    }

    /** The user's number; null for the image's own. */
    @Nullable
    Object user() {
        Object user = get("user");
        return user instanceof Boolean ? null : user;
    }

    /** {@code ""} for the namespace's own. */
    String serviceAccount() {
        Object account = get("serviceAccount");
        if (account instanceof String name) {
            return name;
        }
        return account instanceof Map || Boolean.TRUE.equals(account) ? objectName() : "";
    }

    boolean makesServiceAccount() {
        return hasPods()
                && !(get("serviceAccount") instanceof String)
                && !serviceAccount().isEmpty();
    }

    boolean token() {
        return Boolean.TRUE.equals(map("serviceAccount").get("token"));
    }

    @Nullable
    Map<String, Object> autoscale() {
        Object written = get("autoscale");
        return isScaled() && (written instanceof Map || Boolean.TRUE.equals(written)) ? Trees.map(written) : null;
    }

    /** Whether there are, or may be, several pods. */
    boolean isSpread() {
        if (!isScaled()) {
            return false;
        }
        Map<String, Object> autoscale = autoscale();
        Object pods = autoscale == null ? get("replicas") : autoscale.getOrDefault("min", 2);
        return !(pods instanceof Number number) || number.intValue() > 1;
    }

    /** Whether Pod Security's strictest rules let it in. */
    boolean isRestricted() {
        boolean host = map("volumes").values().stream()
                .anyMatch(volume -> Trees.map(volume).containsKey("hostPath"));
        return !hasPods() || (user() != null && !host);
    }
}
