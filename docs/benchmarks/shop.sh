#!/bin/sh
# Writes a repository to measure with: 30 Spring Boot services with 100 Java files each.
# usage: shop.sh FOLDER
set -eu

root=${1:?usage: shop.sh FOLDER}
services=30
files=100

mkdir -p "$root"
cd "$root"

modules=
for i in $(seq -w 1 $services); do
    modules="$modules<module>service-$i</module>"
done
cat > pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId>
    <artifactId>spring-boot-starter-parent</artifactId>
    <version>2.7.18</version>
    <relativePath/>
  </parent>
  <groupId>com.example</groupId>
  <artifactId>shop</artifactId>
  <version>1.0.0</version>
  <packaging>pom</packaging>
  <properties><java.version>17</java.version></properties>
  <dependencyManagement><dependencies><dependency>
    <groupId>org.springframework.cloud</groupId>
    <artifactId>spring-cloud-dependencies</artifactId>
    <version>2021.0.9</version>
    <type>pom</type>
    <scope>import</scope>
  </dependency></dependencies></dependencyManagement>
  <modules>$modules</modules>
</project>
POM

for i in $(seq -w 1 $services); do
    next=$(printf %02d $(( (${i#0} % services) + 1 )))
    source=service-$i/src/main/java/com/example/service$i
    mkdir -p "$source" service-$i/src/main/resources
    cat > service-$i/pom.xml <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0.0</version></parent>
  <artifactId>service-$i</artifactId>
  <dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-actuator</artifactId></dependency>
    <dependency><groupId>org.springframework.cloud</groupId><artifactId>spring-cloud-starter-openfeign</artifactId></dependency>
    <dependency><groupId>com.mysql</groupId><artifactId>mysql-connector-j</artifactId></dependency>
  </dependencies>
</project>
POM
    cat > service-$i/src/main/resources/application.yml <<YAML
server:
  port: 80$i
spring:
  application:
    name: service-$i
  datasource:
    url: jdbc:mysql://192.168.1.10:3306/shop
  redis:
    host: 192.168.1.11
YAML
    cat > "$source/Application.java" <<JAVA
package com.example.service$i;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Application {
    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }
}
JAVA
    cat > "$source/NextClient.java" <<JAVA
package com.example.service$i;

import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.GetMapping;

@FeignClient(name = "service-$next")
public interface NextClient {
    @GetMapping("/items")
    String items();
}
JAVA
    # one text for the other files, which differ in their names only
    body=$(for line in $(seq 1 40); do
        echo "    /** The amount of line $line, in cents. */"
        echo "    public long amount$line(long price, long count) { return price * count + $line; }"
    done)
    for file in $(seq -w 3 $files); do
        cat > "$source/Part$file.java" <<JAVA
package com.example.service$i;

import java.util.List;
import org.springframework.stereotype.Service;

/** Part $file. */
@Service
public class Part$file {
$body
}
JAVA
    done
done
