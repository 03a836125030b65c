/** Settings of Jenkins and of folders: clusters, registries, SonarQube, environments and gates, with their forms. */
package io.jenkins.plugins.octavo.config;
