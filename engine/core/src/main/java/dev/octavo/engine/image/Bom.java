package dev.octavo.engine.image;

import dev.octavo.engine.image.ImageSpec.Origin;
import dev.octavo.engine.image.Software.Kind;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bill of materials of an image, as CycloneDX 1.6: what its layers really hold, from the base's packages to the
 * service's libraries. The same image gives the same bytes.
 */
final class Bom {
    /** A component may have many places; more than these tell nothing new. */
    private static final int PATHS_MAX = 10;

    private final String name;
    private final String digest;
    private final Origin origin;
    private final List<Stack> stacks = new ArrayList<>();

    private Bom(String name, String digest, Origin origin) {
        this.name = name;
        this.digest = digest;
        this.origin = origin;
    }

    /**
     * Writes it.
     *
     * @param name the service's
     * @param digest the image's
     * @param layers for each platform from the lowest to the highest
     */
    static byte[] of(String name, String digest, Origin origin, List<List<StoredLayer>> layers, LayerStore store)
            throws IOException {
        Bom bom = new Bom(name, digest, origin);
        for (List<StoredLayer> platform : layers) {
            Stack stack = new Stack();
            for (StoredLayer layer : platform) {
                stack.add(LayerSoftware.of(layer, store), layer.digest());
            }
            bom.stacks.add(stack);
        }
        return JsonMapper.shared().writeValueAsBytes(bom.write());
    }

    /** What the layers of one platform's image hold. */
    private static final class Stack {
        private final Map<String, Software> all = new TreeMap<>();
        private final Map<String, String> layerOf = new LinkedHashMap<>();

        /** Puts a layer over those before. */
        void add(LayerSoftware layer, String layerDigest) {
            all.keySet()
                    .removeIf(path -> layer.removed().stream().anyMatch(each -> isWithin(path, each))
                            || layer.emptied().stream().anyMatch(each -> path.startsWith(each + "/")));
            for (Software each : layer.found()) {
                all.put(each.path(), each);
                layerOf.put(each.path(), layerDigest);
            }
        }

        Software system() {
            return all.values().stream()
                    .filter(each -> each.kind() == Kind.SYSTEM)
                    .findFirst()
                    .orElse(Software.of("", Kind.SYSTEM, "", "linux", ""));
        }

        String layer(Software software) {
            return layerOf.getOrDefault(software.path().replaceAll("!/.*", ""), "");
        }
    }

    private static boolean isWithin(String path, String other) {
        return path.equals(other) || path.startsWith(other + "/");
    }

    /** A component and all the places where it is. */
    private record Entry(Software software, String purl, String reference, String layer, Set<String> paths) {}

    private ObjectNode write() {
        Map<String, Entry> entries = new TreeMap<>();
        for (Stack stack : stacks) {
            boolean packages = stack.all.values().stream().anyMatch(each -> each.kind() == Kind.PACKAGES);
            for (Software each : stack.all.values()) {
                switch (each.kind()) {
                    case PACKAGES -> each.inside().forEach(one -> put(entries, one, stack));
                    // where a list names the packages, their libraries are told by it
                    case NATIVE -> {
                        if (!packages) {
                            put(entries, each, stack);
                        }
                    }
                    case UNREAD -> {}
                    default -> putAll(entries, each, stack);
                }
            }
        }
        String image = "pkg:oci/" + encode(name) + "@" + encode(digest);
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json")
                .put("bomFormat", "CycloneDX")
                .put("specVersion", "1.6")
                .put("serialNumber", "urn:uuid:" + UUID.nameUUIDFromBytes(digest.getBytes(StandardCharsets.UTF_8)))
                .put("version", 1);
        ObjectNode metadata = root.putObject("metadata");
        metadata.put("timestamp", origin.created().toString());
        metadata.putObject("tools")
                .putArray("components")
                .addObject()
                .put("type", "application")
                .put("name", "octavo");
        ObjectNode subject = metadata.putObject("component");
        subject.put("type", "container").put("bom-ref", image).put("name", name);
        if (!origin.revision().isEmpty()) {
            subject.put("version", origin.revision());
        }
        subject.put("purl", image);
        subject.putArray("properties")
                .addObject()
                .put("name", "dev.octavo:digest")
                .put("value", digest);
        ArrayNode components = root.putArray("components");
        entries.values().stream()
                .sorted(Comparator.comparing(Entry::reference))
                .forEach(each -> component(components, each));
        ArrayNode dependsOn =
                root.putArray("dependencies").addObject().put("ref", image).putArray("dependsOn");
        entries.values().stream().map(Entry::reference).sorted().forEach(dependsOn::add);
        composition(root, image);
        return root;
    }

    private static void putAll(Map<String, Entry> entries, Software software, Stack stack) {
        put(entries, software, stack);
        software.inside().forEach(each -> putAll(entries, each, stack));
    }

    /** The same software at several places is one component. */
    private static void put(Map<String, Entry> entries, Software software, Stack stack) {
        String purl = purl(software, stack.system());
        String key = purl + " " + software.sha256() + (purl.isEmpty() ? " " + software.path() : "");
        Entry known = entries.get(key);
        if (known != null) {
            known.paths().add(software.path());
            return;
        }
        String base = purl.isEmpty() ? "file:" + software.path() : purl;
        String reference = base;
        Set<String> taken = entries.values().stream().map(Entry::reference).collect(Collectors.toSet());
        if (!purl.isEmpty() && taken.contains(reference)) {
            reference = base + "#" + software.path();
        }
        for (int i = 2; taken.contains(reference); i++) { // the same place on another platform
            reference = base + "#" + i;
        }
        entries.put(
                key,
                new Entry(software, purl, reference, stack.layer(software), new TreeSet<>(Set.of(software.path()))));
    }

    private void component(ArrayNode components, Entry entry) {
        Software software = entry.software();
        ObjectNode node = components.addObject();
        node.put("type", type(software.kind())).put("bom-ref", entry.reference());
        boolean maven = software.kind() == Kind.JAR || software.kind() == Kind.MAVEN;
        if (maven && !software.group().isEmpty()) {
            node.put("group", software.group());
        }
        if (software.kind() == Kind.JAVA && !software.group().isEmpty()) {
            node.put("publisher", software.group());
        }
        boolean classes = software.kind() == Kind.CLASSES;
        node.put("name", classes ? name : software.name());
        String version = classes ? origin.revision() : software.version();
        if (!version.isEmpty()) {
            node.put("version", version);
        }
        if (!software.sha256().isEmpty()) {
            node.putArray("hashes").addObject().put("alg", "SHA-256").put("content", software.sha256());
        }
        if (software.kind() == Kind.JAVA) {
            node.put("cpe", "cpe:2.3:a:oracle:openjdk:" + cpe(software.version()) + ":*:*:*:*:*:*:*");
        }
        if (!entry.purl().isEmpty()) {
            node.put("purl", entry.purl());
        }
        ArrayNode properties = node.putArray("properties");
        entry.paths().stream().limit(PATHS_MAX).forEach(path -> property(properties, "path", path));
        property(properties, "layer", entry.layer());
    }

    private static void property(ArrayNode properties, String name, String value) {
        if (!value.isEmpty()) {
            properties.addObject().put("name", "dev.octavo:" + name).put("value", value);
        }
    }

    /** What is not known is said. */
    private void composition(ObjectNode root, String image) {
        List<Software> unread = stacks.stream()
                .flatMap(stack -> stack.all.values().stream())
                .filter(each -> each.kind() == Kind.UNREAD)
                .toList();
        root.putArray("compositions")
                .addObject()
                .put("aggregate", unread.isEmpty() ? "complete" : "incomplete")
                .putArray("assemblies")
                .add(image);
        if (!unread.isEmpty()) {
            ArrayNode properties = root.putArray("properties");
            unread.forEach(each -> property(properties, "not-read", each.name() + " at " + each.path()));
        }
    }

    private static String type(Kind kind) {
        return switch (kind) {
            case JAR, MAVEN, DEB, APK -> "library";
            case SYSTEM -> "operating-system";
            case JAVA -> "platform";
            case NATIVE, UNREAD, PACKAGES -> "file";
            case CLASSES -> "application";
        };
    }

    private static String purl(Software software, Software system) {
        String version = software.version().isEmpty() ? "" : "@" + encode(software.version());
        return switch (software.kind()) {
            case JAR, MAVEN ->
                software.group().isEmpty() || software.name().isEmpty()
                        ? ""
                        : "pkg:maven/" + encode(software.group()) + "/" + encode(software.name()) + version;
            case DEB, APK -> {
                String type = software.kind() == Kind.DEB ? "deb" : "apk";
                String distribution =
                        system.version().isEmpty() ? system.name() : system.name() + "-" + system.version();
                yield "pkg:" + type + "/" + encode(system.name()) + "/" + encode(software.name()) + version + "?"
                        + (software.group().isEmpty() ? "" : "arch=" + encode(software.group()) + "&") + "distro="
                        + encode(distribution);
            }
            case JAVA -> "pkg:generic/openjdk" + version;
            case SYSTEM, NATIVE, CLASSES, PACKAGES, UNREAD -> "";
        };
    }

    /** As package URLs have it. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%3A", ":")
                .replace("%7E", "~");
    }

    private static String cpe(String version) {
        return version.replaceAll("[^A-Za-z0-9._-]", "\\\\$0");
    }
}
