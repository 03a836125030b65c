package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImageBuilder;
import dev.octavo.engine.image.ImagePromoter;
import dev.octavo.engine.image.ImagePusher;
import dev.octavo.engine.image.ImageSpec;
import dev.octavo.engine.image.PromoteRequest;
import dev.octavo.engine.image.PushRequest;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds, pushes and promotes the image of a microservice that is hardly one, with a registry in this process. */
final class TrainingDelivery {
    private static final String BUILD = """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <parent>
            <groupId>org.springframework.boot</groupId>
            <artifactId>spring-boot-starter-parent</artifactId>
            <version>3.5.7</version>
          </parent>
          <groupId>shop</groupId>
          <artifactId>shop</artifactId>
          <version>1</version>
          <build><plugins><plugin>
            <groupId>org.springframework.boot</groupId>
            <artifactId>spring-boot-maven-plugin</artifactId>
          </plugin></plugins></build>
        </project>
        """;
    private static final String PROGRAM = """
        package shop;

        @org.springframework.boot.autoconfigure.SpringBootApplication
        public class Shop {
            public static void main(String[] arguments) {
                org.springframework.boot.SpringApplication.run(Shop.class, arguments);
            }
        }
        """;
    private static final String MANIFEST = """
        Manifest-Version: 1.0
        Main-Class: org.springframework.boot.loader.launch.JarLauncher
        Start-Class: shop.Shop
        """;

    private static final String DOCKERFILE = """
            FROM eclipse-temurin:17-jre
            WORKDIR /app
            COPY target/*.jar /app/shop.jar
            ENV A=b
            EXPOSE 8080
            USER 10001
            ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-jar", "/app/shop.jar"]
            """;

    private static final String DESCRIPTION = """
            application: shop
            environments: {dev: , prod: {defaults: {replicas: 2}}}
            services: {shop: {port: 8080, replicas: 1}}
            """;

    private TrainingDelivery() {}

    /** Writes a microservice's sources. */
    static void write(Path repository) throws IOException {
        Files.writeString(repository.resolve("pom.xml"), BUILD);
        Path sources = Files.createDirectories(repository.resolve("src/main/java/shop"));
        Files.writeString(sources.resolve("Shop.java"), PROGRAM);
        Files.writeString(repository.resolve("Dockerfile"), DOCKERFILE);
        Files.writeString(repository.resolve("delivery.yaml"), DESCRIPTION);
    }

    private static void jar(Path repository, String content) throws IOException {
        Path target = Files.createDirectories(repository.resolve("target"));
        try (OutputStream out = Files.newOutputStream(target.resolve("shop-1.jar"));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            Map<String, String> entries = Map.of(
                    "META-INF/MANIFEST.MF",
                    MANIFEST,
                    "BOOT-INF/classes/",
                    "",
                    "BOOT-INF/classes/shop/Shop.class",
                    content,
                    "org/springframework/boot/loader/launch/JarLauncher.class",
                    "",
                    "BOOT-INF/lib/a.jar",
                    "");
            for (Map.Entry<String, String> each : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /**
     * Delivers it.
     *
     * @param execute runs the command with words
     */
    static void run(Path folder, Path repository, Map<String, String> environment, Consumer<String[]> execute)
            throws IOException {
        EngineContext context = new EngineContext(
                folder,
                folder.resolve("cache"),
                environment,
                EngineListener.SILENT,
                new Cancellation(),
                Clock.systemUTC());
        try (TrainingRegistry registry = new TrainingRegistry()) {
            ImageReference base = ImageReference.parse(registry.address() + "/train/base");
            Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\nENV A=b\n");
            BuiltImage built = new ImageBuilder()
                    .build(
                            ImageSpec.dockerfile(
                                    "base",
                                    Path.of("Dockerfile"),
                                    Path.of(""),
                                    new ImageSpec.Origin("", "", "", Instant.EPOCH)),
                            context);
            new ImagePusher()
                    .push(
                            new PushRequest(
                                    built.layout(), base, List.of("1"), List.of(), "", RegistryAccess.standard()),
                            context);
            new ImagePromoter()
                    .promote(
                            PromoteRequest.within(
                                    base.withDigest(built.digest()), List.of("2"), RegistryAccess.standard()),
                            context);
            String common = " -C " + repository + " --registry " + registry.address() + " --namespace train";
            String image = "image shop --base " + base.withTag("1") + common;
            execute.accept(("source -C " + repository).split(" "));
            execute.accept(("list --project all -C " + repository).split(" "));
            for (String content : List.of("one", "another")) {
                jar(repository, content);
                execute.accept((image + " --push").split(" "));
            }
            execute.accept(image.split(" "));
            execute.accept(("push shop" + common).split(" "));
        }
    }
}
