package dev.octavo.engine.blueprint;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the files of an application's services are, by {@code delivery.yaml} and the sources. */
public final class Blueprint {
    private static final String BUILT_IMAGE = "$REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:$IMAGE_TAG";

    private final Path root;
    private final Catalog catalog;
    private final DeliveryFile delivery;
    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, Extracted> extracted = new HashMap<>();
    private final Facts facts = new Facts();

    /**
     * One service.
     *
     * @param directory where its files go, from the root
     * @param found what the catalog found; empty for an image from elsewhere
     */
    public record Service(String name, String directory, Optional<Microservice> found) {}

    /**
     * Where a service is asked.
     *
     * @param host its Service's name
     * @param port its Service's port
     */
    public record Reached(String host, int port) {}

    private Blueprint(Path root, Catalog catalog, DeliveryFile delivery) {
        this.root = root;
        this.catalog = catalog;
        this.delivery = delivery;
    }

    /**
     * Puts together what the sources and {@code delivery.yaml} say.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where it names a service that is neither found nor has an
     *     image
     */
    public static Blueprint of(Path root, Catalog catalog, DeliveryFile delivery) {
        Blueprint blueprint = new Blueprint(root, catalog, delivery);
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

    /** The folder of the sources. */
    public Path root() {
        return root;
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
        return new ServiceSpec(
                service.name(),
                application(),
                image,
                settings,
                extracted.computeIfAbsent(service.name() + " " + environment, key -> extracted(service, environment)));
    }

    /** What the services are parts of: the folder's name where nobody says. */
    public String application() {
        String top = delivery.directory().isEmpty()
                ? root.toAbsolutePath().normalize().toString()
                : delivery.directory();
        Path folder = Path.of(top).getFileName();
        return delivery.application(ServiceSpec.objectName(folder == null ? "app" : folder.toString()));
    }

    /** What {@code octavo extract} wrote of its addresses, where that is there. */
    private Extracted extracted(Service service, String environment) {
        String file = addressesFile(environment);
        if (!Files.exists(root.resolve(service.directory()).resolve(file))
                || !GeneratedFiles.known(root, service.directory(), GeneratedFiles.EXTRACTED)
                        .contains(file)) {
            return Extracted.NOTHING;
        }
        boolean passwords = service.found()
                .filter(found ->
                        !catalog.addresses(found, environment).passwords().isEmpty())
                .isPresent();
        return new Extracted(
                AddressManifests.configMapName(service.name()),
                passwords ? AddressManifests.secretName(service.name()) : "");
    }

    /** The file with a service's addresses beside its generated manifests, from the service's folder. */
    public static String addressesFile(String environment) {
        return "deploy/" + environment + "/" + AddressManifests.FILE;
    }

    /** Where a service is asked in an environment; empty where it has no Service, or its port is a variable. */
    public Optional<Reached> reached(String name, String environment) {
        Service service = services.get(name);
        if (service == null || delivery.leavesOut(name, environment)) {
            return Optional.empty();
        }
        ServiceSpec spec = spec(service, environment);
        String type = spec.serviceType();
        String main = spec.mainPort();
        return spec.ports().stream()
                .filter(port -> port.name().equals(main) && !type.isEmpty())
                .map(port -> type.equals("headless") ? port.container() : port.service())
                .filter(Integer.class::isInstance)
                .map(port -> new Reached(spec.objectName(), (Integer) port))
                .findFirst();
    }

    /** The manifest of an environment's namespace under a name; empty where it is not made. */
    public Optional<String> namespace(String environment, String name) {
        String podSecurity = podSecurity(environment);
        return podSecurity.isEmpty()
                ? Optional.empty()
                : Optional.of(Manifests.namespace(name, application(), podSecurity));
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
