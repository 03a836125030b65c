package dev.octavo.engine.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small source tree for a test. */
final class Tree {
    private static final String SPRING_PARENT = """
            <parent>
              <groupId>org.springframework.boot</groupId>
              <artifactId>spring-boot-starter-parent</artifactId>
              <version>%s</version>
              <relativePath/>
            </parent>
            """;

    private final Path root;

    Tree(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    Catalog scan() {
        return Catalog.scan(root);
    }

    Tree file(String path, String text) {
        Path file = root.resolve(path);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** A Maven build file with more lines in it. */
    Tree pom(String directory, String artifactId, String lines) {
        return file(directory + "/pom.xml", """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <artifactId>%s</artifactId>
                  %s
                </project>
                """.formatted(artifactId, lines));
    }

    /** A build file that inherits from Spring Boot's own parent. */
    Tree springPom(String directory, String artifactId, String version, String lines) {
        return pom(directory, artifactId, SPRING_PARENT.formatted(version) + coordinates() + lines);
    }

    /** A build file that inherits from the one in the folder above. */
    Tree childPom(String directory, String artifactId, String lines) {
        return pom(
                directory, artifactId, "<parent>" + coordinates() + "<artifactId>shop</artifactId></parent>" + lines);
    }

    static String coordinates() {
        return "<groupId>com.example</groupId><version>1.0</version>";
    }

    static String modules(String... modules) {
        return "<packaging>pom</packaging><modules><module>" + String.join("</module><module>", modules)
                + "</module></modules>";
    }

    static String uses(String... artifactIds) {
        StringBuilder text = new StringBuilder("<dependencies>");
        for (String artifactId : artifactIds) {
            text.append("<dependency><groupId>com.example</groupId><artifactId>" + artifactId
                    + "</artifactId></dependency>");
        }
        return text.append("</dependencies>").toString();
    }

    /** A class that starts Spring Boot. */
    Tree application(String directory) {
        return file(directory + "/src/main/java/com/example/ShopApplication.java", """
                package com.example;

                @SpringBootApplication
                public class ShopApplication {
                    public static void main(String[] args) {
                        SpringApplication.run(ShopApplication.class, args);
                    }
                }
                """);
    }

    Tree library(String directory) {
        return file(directory + "/src/main/java/com/example/Money.java", "package com.example;\n\nclass Money {}\n");
    }
}
