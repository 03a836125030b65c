package io.jenkins.plugins.octavo.steps;

import groovy.json.JsonOutput;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import java.util.List;
import java.util.Map;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code textCredentials: […]} of old Jenkinsfiles: a kubeconfig in its parts. */
public final class LegacyTexts implements Describable<LegacyTexts> {
    private String serverUrl = "";
    private String certificateAuthorityData = "";
    private String clientCertificateData = "";
    private String clientKeyData = "";

    @DataBoundConstructor
    public LegacyTexts() {
        // all by setters
    }

    public String getServerUrl() {
        return Util.fixNull(serverUrl);
    }

    @DataBoundSetter
    public void setServerUrl(String serverUrl) {
        this.serverUrl = Util.fixNull(serverUrl).trim();
    }

    public String getCertificateAuthorityData() {
        return Util.fixNull(certificateAuthorityData);
    }

    @DataBoundSetter
    public void setCertificateAuthorityData(String certificateAuthorityData) {
        this.certificateAuthorityData = Util.fixNull(certificateAuthorityData).trim();
    }

    public String getClientCertificateData() {
        return Util.fixNull(clientCertificateData);
    }

    @DataBoundSetter
    public void setClientCertificateData(String clientCertificateData) {
        this.clientCertificateData = Util.fixNull(clientCertificateData).trim();
    }

    public String getClientKeyData() {
        return Util.fixNull(clientKeyData);
    }

    @DataBoundSetter
    public void setClientKeyData(String clientKeyData) {
        this.clientKeyData = Util.fixNull(clientKeyData).trim();
    }

    /** The whole; JSON is YAML. */
    String kubeconfig() {
        Map<String, Object> cluster =
                Map.of("server", getServerUrl(), "certificate-authority-data", getCertificateAuthorityData());
        Map<String, Object> user =
                Map.of("client-certificate-data", getClientCertificateData(), "client-key-data", getClientKeyData());
        return JsonOutput.toJson(Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Config",
                "current-context",
                "c",
                "contexts",
                List.of(Map.of("name", "c", "context", Map.of("cluster", "c", "user", "u"))),
                "clusters",
                List.of(Map.of("name", "c", "cluster", cluster)),
                "users",
                List.of(Map.of("name", "u", "user", user))));
    }

    /** What a log must not show. */
    List<String> secrets() {
        return List.of(getClientKeyData());
    }

    /** Has no form: it is not offered any more. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<LegacyTexts> {}
}
