cask "mailbell" do
  arch arm: "arm64", intel: "x64"

  version "{{version}}"
  sha256 arm:   "{{sha256 Mailbell-{{version}}-arm64.dmg}}",
         intel: "{{sha256 Mailbell-{{version}}-x64.dmg}}"

  url "{{homepage}}/releases/download/v#{version}/Mailbell-#{version}-#{arch}.dmg"
  name "Mailbell"
  desc "Shows the number of unread emails and notifies when it changes"
  homepage "{{homepage}}"

  livecheck do
    url :url
    strategy :github_latest
  end

  app "Mailbell.app"

  uninstall quit: "org.mailbell.Mailbell"

  zap trash: [
    "~/Library/Application Support/Mailbell",
    "~/Library/Application Support/mailbell-server/app-history.sqlite*",
    "~/Library/Caches/mailbell-updater",
    "~/Library/Logs/Mailbell",
    "~/Library/Preferences/org.mailbell.Mailbell.plist",
  ]
end
