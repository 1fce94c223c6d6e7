/* Says on the page that a passkey did not work; the library would tell only the console. */
document.addEventListener('allauth.error', function (event) {
  event.preventDefault()
  const said = document.getElementById('key-error')
  if (said) {
    said.hidden = false
  }
})
