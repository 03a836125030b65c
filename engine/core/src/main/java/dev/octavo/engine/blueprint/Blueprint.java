package dev.octavo.engine.blueprint;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the files of an application's services are, by {@code delivery.yaml} and the sources. */
public final class Blueprint {
    private static final String BUILT_IMAGE = "$REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:$IMAGE_TAG";

    private final Path root;
    private final DeliveryFile delivery;
    private final Map<String, Service> services = new TreeMap<>();
    private final Facts facts = new Facts();

    /**
     * One service.
     *
     * @param directory where its files go, from the root
     * @param found what the catalog found; empty for an image from elsewhere
     */
    public record Service(String name, String directory, Optional<Microservice> found) {}

    private Blueprint(Path root, DeliveryFile delivery) {
        this.root = root;
        this.delivery = delivery;
    }

    /**
     * Puts together what the sources and {@code delivery.yaml} say.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where it names a service that is neither found nor has an
     *     image
     */
    public static Blueprint of(Path root, Catalog catalog, DeliveryFile delivery) {
        Blueprint blueprint = new Blueprint(root, delivery);
        String directory = delivery.directory();
        List<Microservice> below = catalog.services().stream()
                .filter(each -> isBelow(each.directory(), directory))
                .toList();
        below.forEach(each ->
                blueprint.services.put(each.name(), new Service(each.name(), each.directory(), Optional.of(each))));
        for (String name : delivery.services()) {
            blueprint.addDescribed(name, directory);
        }
        return blueprint;
    }

    static boolean isBelow(String directory, String top) {
        return top.isEmpty() || directory.equals(top) || directory.startsWith(top + "/");
    }

    private void addDescribed(String name, String directory) {
        if (services.containsKey(name)) {
            return;
        }
        Map<String, Object> settings = delivery.service(name);
        boolean serviceAlone = "none".equals(Trees.text(settings.get("kind")));
        if (settings.isEmpty() || !(settings.containsKey("image") || serviceAlone)) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    delivery.file() + " has a service that is not there",
                    delivery.place(name),
                    services.isEmpty()
                            ? "no microservice was found in " + (directory.isEmpty() ? "the sources" : directory)
                            : "the microservices there are " + String.join(", ", services.keySet()),
                    "correct the name, or give it an image where it is not built from these sources");
        }
        String own = Trees.text(settings.getOrDefault("directory", name));
        String path = directory.isEmpty() ? own : directory + "/" + own;
        if (!root.resolve(path).normalize().startsWith(root.normalize())) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The folder of \"" + name + "\" is outside the sources",
                    delivery.place(name),
                    own + " leads out of " + root,
                    "name a folder below " + (directory.isEmpty() ? "the top" : directory));
        }
        services.put(name, new Service(name, path, Optional.empty()));
    }

    /** All services, by name. */
    public List<Service> services() {
        return List.copyOf(services.values());
    }

    /**
     * The files of a service by path from its folder, without what Octavo writes to them itself.
     *
     * @param environments those that manifests are wanted for
     */
    public Map<String, String> files(Service service, List<String> environments) {
        Map<String, String> files = new LinkedHashMap<>();
        if (environments.stream().allMatch(each -> delivery.leavesOut(service.name(), each))) {
            return files;
        }
        service.found().ifPresent(found -> {
            if (!delivery.service(service.name()).containsKey("image")) {
                String first = delivery.environments().get(0);
                files.putAll(DockerfileText.of(found, spec(service, first).settings(), root, delivery.directory()));
            }
        });
        for (String environment : environments) {
            if (delivery.leavesOut(service.name(), environment)) {
                continue;
            }
            Manifests.of(spec(service, environment), podSecurity(environment))
                    .forEach((name, text) -> files.put("deploy/" + environment + "/" + name, text));
        }
        return files;
    }

    private ServiceSpec spec(Service service, String environment) {
        Map<String, Object> settings = Trees.over(
                facts.of(service.found().orElse(null), hasUsualServer(service)),
                delivery.settings(service.name(), environment));
        String image = Trees.text(settings.getOrDefault("image", BUILT_IMAGE));
        String top = delivery.directory().isEmpty() ? root.toAbsolutePath().toString() : delivery.directory();
        String folder = Path.of(top).getFileName() == null
                ? "app"
                : Path.of(top).getFileName().toString();
        return new ServiceSpec(service.name(), delivery.application(ServiceSpec.objectName(folder)), image, settings);
    }

    private boolean hasUsualServer(Service service) {
        return service.found().filter(found -> found.dockerfile() == null).isPresent()
                && !Files.exists(root.resolve(service.directory()).resolve("nginx.conf"));
    }

    /** The strictest level that lets all services of the environment in; {@code ""} where the namespace is not made. */
    private String podSecurity(String environment) {
        if (!delivery.createsNamespace(environment)) {
            return "";
        }
        boolean restricted = true;
        boolean host = false;
        for (Service each : services.values()) {
            if (!delivery.leavesOut(each.name(), environment)) {
                ServiceSpec spec = spec(each, environment);
                restricted &= spec.isRestricted();
                host |= spec.map("volumes").values().stream()
                        .anyMatch(volume -> Trees.map(volume).containsKey("hostPath"));
            }
        }
        return host ? "privileged" : restricted ? "restricted" : "baseline";
    }

    /** The smallest {@code delivery.yaml} for what was found, and a values file for each environment that needs one. */
    public static Map<String, String> begin(Catalog catalog, String directory, Path root) {
        String below = directory.isEmpty() || directory.equals(".") ? "" : directory;
        List<String> outside = catalog.services().stream()
                .filter(each -> isBelow(each.directory(), below))
                .filter(each -> each.details().facesOutside())
                .map(Microservice::name)
                .toList();
        Path top = root.resolve(below).toAbsolutePath().normalize();
        String application = ServiceSpec.objectName(
                top.getFileName() == null ? "app" : top.getFileName().toString());
        List<String> lines = new ArrayList<>();
        lines.add("# yaml-language-server: $schema=" + DeliveryFile.SCHEMA);
        lines.add(
                "# What octavo generate makes Dockerfiles and manifests from. Services are found in the sources: only");
        lines.add("# what they do not tell is written here. docs/delivery.md of Octavo explains each key.");
        lines.add("application: " + application);
        lines.add("environments:");
        lines.add("  dev:");
        lines.add("  prod:");
        lines.add("    gate: true");
        lines.add("    defaults:");
        lines.add("      autoscale: {min: 2, max: 4}");
        lines.add("      # requests that are on their way to a pod that stops still arrive");
        lines.add("      hooks: {preStop: {exec: [sleep, \"5\"]}}");
        Map<String, String> files = new LinkedHashMap<>();
        if (!outside.isEmpty()) {
            lines.add("services:");
            Map<String, String> variables = new LinkedHashMap<>();
            for (String name : outside) {
                String variable = outside.size() == 1
                        ? "HOST"
                        : ServiceSpec.objectName(name)
                                        .toUpperCase(java.util.Locale.ROOT)
                                        .replace('-', '_') + "_HOST";
                variables.put(
                        variable, outside.size() == 1 ? application : ServiceSpec.objectName(name) + "." + application);
                lines.add("  " + name + ":");
                lines.add("    ingress: $" + variable);
            }
            for (String environment : DeliveryFile.USUAL_ENVIRONMENTS) {
                StringBuilder text =
                        new StringBuilder("# What differs in " + environment + ": a value for each $NAME.\n");
                variables.forEach((name, host) -> text.append(name)
                        .append(": ")
                        .append(environment.equals("prod") ? host : host + "." + environment)
                        .append(".example.com\n"));
                files.put("values/" + environment + ".yaml", text.toString());
            }
        }
        files.put(DeliveryFile.NAME, String.join("\n", lines) + "\n");
        files.put(DeliveryFile.SCHEMA, DeliveryFile.schema());
        return files;
    }
}
