package dev.octavo.engine.blueprint;

import static dev.octavo.engine.blueprint.Pods.maps;

import dev.octavo.engine.catalog.Actuator;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import dev.octavo.engine.catalog.ServiceKind;
import dev.octavo.engine.cluster.YamlDocuments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of a service before {@code delivery.yaml} is asked: the defaults, and what its sources tell. */
final class Facts {
    private static final int STARTUP_FAILURES_FILES = 30;
    private static final String MANAGEMENT = "management";
    /** Below it, only root may listen on a port everywhere. */
    private static final int FIRST_FREE_PORT = 1024;

    private static final int USUAL_PORT = 8080;

    private final Map<String, Object> defaults;

    Facts() {
        try (InputStream in = Objects.requireNonNull(Facts.class.getResourceAsStream("defaults.yaml"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            defaults =
                    Trees.map(YamlDocuments.read("defaults.yaml", text).get(0).content());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The settings of a service.
     *
     * @param service null for an image from elsewhere
     * @param usualServer whether files are served by a web server's own configuration, in the image that is generated
     */
    Map<String, Object> of(@Nullable Microservice service, boolean usualServer) {
        Map<String, Object> every = Trees.map(defaults.get("every"));
        if (service == null) {
            return Trees.over(every, Trees.map(defaults.get("image")));
        }
        boolean files = service.kind() == ServiceKind.STATIC;
        Map<String, Object> settings = Trees.over(every, Trees.map(defaults.get(files ? "static" : "java")));
        ServiceDetails details = service.details();
        if (!details.web()) {
            settings = Trees.over(settings, Map.of("service", false));
            return settings;
        }
        Map<String, Object> own = new LinkedHashMap<>();
        Actuator actuator = details.actuator();
        Map<String, Object> env = new LinkedHashMap<>();
        int port = service.port();
        if (files && usualServer && port < FIRST_FREE_PORT) {
            port = USUAL_PORT;
        }
        if (service.kind() == ServiceKind.SPRING_BOOT && port < FIRST_FREE_PORT) {
            port = USUAL_PORT;
            env.put("SERVER_PORT", port);
        }
        Map<String, Object> ports = maps("http", port);
        if (actuator != null && actuator.port() != service.port()) {
            // not for everybody: it is in no Service
            ports.put(MANAGEMENT, maps("container", actuator.port(), "service", false));
        }
        own.put("ports", ports);
        own.put("probes", files ? filesProbes(service) : probes(service, actuator));
        if (!details.portVariable().isEmpty()) {
            env.put(details.portVariable(), port);
        }
        if (service.kind() == ServiceKind.SPRING_BOOT && details.isSpringBoot(2, 3) && !details.isSpringBoot(3, 4)) {
            env.put("SERVER_SHUTDOWN", "graceful"); // from 3.4 on by itself
        }
        if (!env.isEmpty()) {
            own.put("env", env);
        }
        if (service.kind() == ServiceKind.SPRING_BOOT && details.isSpringBoot(2, 3)) {
            own.put("stop", 40); // Spring gives requests 30 s
        }
        return Trees.over(settings, own);
    }

    private static Map<String, Object> filesProbes(Microservice service) {
        Map<String, Object> probe =
                service.healthPath().isEmpty() ? maps("tcp", "http") : maps("http", service.healthPath());
        return maps(
                "startup", Trees.over(probe, Map.of("failures", STARTUP_FAILURES_FILES)),
                "readiness", probe,
                "liveness", probe);
    }

    /** A probe that could be answered with "who are you" is none: then whether the port is open has to do. */
    private static Map<String, Object> probes(Microservice service, @Nullable Actuator actuator) {
        Map<String, Object> open = maps("tcp", "http");
        if (actuator == null || actuator.healthPath().isEmpty() || actuator.guarded()) {
            return maps("startup", open, "readiness", open, "liveness", open);
        }
        boolean own = actuator.port() != service.port();
        Map<String, Object> port = own ? Map.of("port", MANAGEMENT) : Map.of();
        if (actuator.livenessPath().isEmpty() || actuator.readinessPath().isEmpty()) {
            Map<String, Object> health = Trees.over(maps("http", actuator.healthPath()), port);
            // health depends on databases, and a restart makes none of them well
            return maps("startup", open, "readiness", health, "liveness", open);
        }
        Map<String, Object> live = Trees.over(maps("http", actuator.livenessPath()), port);
        Map<String, Object> ready = Trees.over(maps("http", actuator.readinessPath()), port);
        return maps("startup", live, "readiness", ready, "liveness", live);
    }

    /** Options of the JVM as delivery.yaml or the defaults have them. */
    static List<String> jvm(Map<String, Object> settings) {
        return Trees.texts(settings.get("jvm"));
    }
}
